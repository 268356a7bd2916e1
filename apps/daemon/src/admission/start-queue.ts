import { z } from 'zod';
import type { Parts } from '../parts.ts';

const KEY = 'admission.waiting';

const WaitingStart = z.object({
  agentId: z.string(),
  reason: z.enum(['start', 'restart', 'resume']),
  /** In ms since 1970. */
  since: z.int(),
});

export type WaitingStart = z.infer<typeof WaitingStart>;

/** Starts that wait for the machine or the plan, the oldest first. Who waits survives the daemon; why does not. */
export function createStartQueue({ registry, clock }: Pick<Parts, 'registry' | 'clock'>) {
  const whys = new Map<string, string>();
  let waiting: readonly WaitingStart[] = z.array(WaitingStart).safeParse(registry.getValue(KEY)).data ?? [];
  const keep = (next: readonly WaitingStart[]): void => {
    waiting = next;
    registry.setValue(KEY, next);
  };
  const find = (agentId: string) => waiting.find((each) => each.agentId === agentId);
  return {
    list: () => waiting,
    has: (agentId: string): boolean => find(agentId) !== undefined,
    /** What an agent waits for, and since when; nothing when it does not. */
    of(agentId: string): { readonly why: string; readonly since: number } | undefined {
      const entry = find(agentId);
      return entry && { since: entry.since, why: whys.get(agentId) ?? 'it is looked at again at once' };
    },
    explain: (agentId: string, why: string): void => void whys.set(agentId, why),
    /** Keeps a start for later. True for one that did not wait before. */
    add(agentId: string, reason: WaitingStart['reason'], why: string): boolean {
      whys.set(agentId, why);
      if (find(agentId)) return false;
      keep([...waiting, { agentId, reason, since: clock.now() }]);
      return true;
    },
    /** True for one that waited. */
    remove(agentId: string): boolean {
      whys.delete(agentId);
      if (!find(agentId)) return false;
      keep(waiting.filter((each) => each.agentId !== agentId));
      return true;
    },
  };
}

export type StartQueue = ReturnType<typeof createStartQueue>;
