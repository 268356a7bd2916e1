import { existsSync, renameSync, rmSync } from 'node:fs';
import { answerHook, parseHookInput } from '@orc/claude-hooks';
import { readJsonl } from '@orc/jsonl';
import type { Parts } from '../parts.ts';
import type { Mailbox } from '../messaging/mailbox.ts';
import type { Observer } from '../supervision/observe.ts';

interface Spooled {
  readonly at: number;
  readonly agent: string;
  readonly input: string;
}

/**
 * Takes in what hooks saw while no daemon answered. The file is moved aside first: a hook that writes at
 * this moment begins a new one, and nothing is read twice or lost.
 */
export function ingestSpool(
  { layout, registry, log }: Pick<Parts, 'layout' | 'registry' | 'log'>,
  observer: Observer,
  mailbox: Mailbox,
): number {
  const taken = `${layout.hookSpool}.taken`;
  if (!existsSync(taken)) {
    if (!existsSync(layout.hookSpool)) return 0;
    renameSync(layout.hookSpool, taken);
  }
  let count = 0;
  for (const line of readJsonl(taken)) {
    if (!line.ok || !isSpooled(line.value)) {
      log.warn({ line: line.line }, 'a line of the hook spool is damaged');
      continue;
    }
    const agent = registry.findAgent(line.value.agent);
    if (!agent) continue;
    const { facts } = answerHook({
      input: parseHookInput(line.value.input),
      mailbox: [],
      context: { at: line.value.at, clientPid: null, stopDrains: 0, spill: mailbox.spill },
    });
    observer.fromHook(agent, facts);
    count += 1;
  }
  rmSync(taken);
  return count;
}

function isSpooled(value: unknown): value is Spooled {
  if (typeof value !== 'object' || value === null) return false;
  const { at, agent, input } = value as Partial<Spooled>;
  return typeof at === 'number' && typeof agent === 'string' && typeof input === 'string';
}
