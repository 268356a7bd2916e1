import type { Parts } from '../parts.ts';

/** Why an agent's mail should wait, by agent. */
export interface Holder {
  (): ReadonlyMap<string, string>;
}

/** Every reason that is given here begins with one of these, so that others' parking is told apart. */
const OWN = ['usage limit: ', 'budget: '] as const;

export type HoldReason = `${(typeof OWN)[number]}${string}`;

/**
 * Makes the ledger's parking what limits and budgets want it to be. It is compared and not remembered: an
 * agent that is launched in the middle of a limit, or a daemon that was killed, leaves nothing behind. Who is
 * parked for another reason, such as being stopped, is left alone.
 */
export function createParking({ queue, registry }: Pick<Parts, 'queue' | 'registry'>) {
  const holders: Holder[] = [];
  return {
    add: (holder: Holder): void => void holders.push(holder),
    reconcile(): void {
      const wanted = new Map(holders.flatMap((holder) => [...holder()]));
      const parked = new Map(queue.parked().map((each) => [each.recipient, each.reason]));
      for (const [agentId, reason] of parked)
        if (isOwn(reason) && !wanted.has(agentId)) queue.unpark(agentId);
      for (const [agentId, reason] of wanted) {
        const current = parked.get(agentId);
        if (current === reason || (current !== undefined && !isOwn(current))) continue;
        if (registry.findAgent(agentId)?.desired === 'running') queue.park(agentId, { reason });
      }
    },
  };
}

function isOwn(reason: string): boolean {
  return OWN.some((beginning) => reason.startsWith(beginning));
}

export type Parking = ReturnType<typeof createParking>;
