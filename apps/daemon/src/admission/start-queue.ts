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

/**
 * Starts that wait for the machine or the plan, the oldest first. Who waits survives the daemon; why does not,
 * nor whose start is under way: a daemon that is killed in the middle of one leaves it to the next.
 */
export function createStartQueue({ registry, clock }: Pick<Parts, 'registry' | 'clock'>) {
  const whys = new Map<string, string>();
  const underWay = new Set<string>();
  let waiting: readonly WaitingStart[] = z.array(WaitingStart).safeParse(registry.getValue(KEY)).data ?? [];
  const keep = (next: readonly WaitingStart[]): void => {
    registry.setValue(KEY, next);
    waiting = next;
  };
  const without = (agentId: string) => waiting.filter((each) => each.agentId !== agentId);
  const list = () => waiting.filter(({ agentId }) => !underWay.has(agentId));
  const find = (agentId: string) => list().find((each) => each.agentId === agentId);
  return {
    list,
    has: (agentId: string): boolean => find(agentId) !== undefined,
    /** It waits, or its start is under way after it has waited. */
    isPending: (agentId: string): boolean => waiting.some((each) => each.agentId === agentId),
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
      keep([...without(agentId), { agentId, reason, since: clock.now() }]);
      underWay.delete(agentId);
      return true;
    },
    /** Its start is under way, so that it waits no more; it is forgotten only by `remove`. True for one that waited. */
    begin(agentId: string): boolean {
      if (!find(agentId)) return false;
      underWay.add(agentId);
      return true;
    },
    remove(agentId: string): void {
      const others = without(agentId);
      if (others.length < waiting.length) keep(others);
      underWay.delete(agentId);
      whys.delete(agentId);
    },
  };
}

export type StartQueue = ReturnType<typeof createStartQueue>;
