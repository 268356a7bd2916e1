import { z } from 'zod';
import type { Rescue } from './types.ts';

const FACTS = 'Orc-Rescue: ';

const Facts = z.object({
  agentId: z.string(),
  at: z.number(),
  reason: z.string(),
  path: z.string(),
  branch: z.string().nullable(),
  base: z.string().nullable(),
  staged: z.string().nullable(),
  skipped: z.array(z.object({ path: z.string(), why: z.string() })),
});

type Facts = Omit<Rescue, 'ref' | 'commit'>;

/** The message of a rescue's commit: a subject for people, and one line of facts to read back. */
export function writeMessage(facts: Facts): string {
  const reason = facts.reason.replaceAll(/\s+/g, ' ').trim();
  return `Rescue of ${facts.agentId}: ${reason}\n\n${FACTS}${JSON.stringify(facts)}\n`;
}

/** The facts of a message; `undefined` for a commit that no orc wrote. */
export function readMessage(message: string): Facts | undefined {
  const line = message.split('\n').findLast((each) => each.startsWith(FACTS));
  if (line === undefined) return undefined;
  try {
    return Facts.safeParse(JSON.parse(line.slice(FACTS.length))).data;
  } catch {
    return undefined;
  }
}
