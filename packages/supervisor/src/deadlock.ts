import type { DeadlockPolicy } from './care-config.ts';
import { checkNumber } from './check-number.ts';

/** A reply that is owed. */
export interface Debt {
  readonly messageId: string;
  readonly debtor: string;
  readonly creditor: string;
  /** Since when the debtor could have answered, in ms since 1970. */
  readonly since: number;
}

export interface DeadlockInput {
  /** Every reply that is owed now. */
  readonly debts: readonly Debt[];
  /** Agents that do nothing, and since when. One that works may be about to answer, and is not among them. */
  readonly idleSince: ReadonlyMap<string, number>;
  readonly now: number;
  readonly policy: DeadlockPolicy;
}

/** Agents of which each waits for another one of them. */
export interface Deadlock {
  /** By name. */
  readonly agents: readonly string[];
  /** What they owe one another, the oldest first. */
  readonly debts: readonly Debt[];
}

/**
 * Finds circles of agents that wait for each other's replies. Pure. An agent that waits for one in a circle,
 * but is not waited for, is in none: it goes on once the circle does.
 *
 * @throws ORC_SUPERVISOR_BAD_INPUT
 */
export function findDeadlocks({ debts, idleSince, now, policy }: DeadlockInput): Deadlock[] {
  checkNumber('now', now);
  for (const { since } of debts) checkNumber('the time of a debt', since);
  const isStill = (agent: string) => now - (idleSince.get(agent) ?? Infinity) >= policy.waitMs;
  const waits = debts.filter(
    ({ debtor, creditor, since }) =>
      debtor !== creditor && now - since >= policy.waitMs && isStill(debtor) && isStill(creditor),
  );
  const reach = reachability(waits);
  const circles = new Map<string, string[]>();
  for (const agent of [...reach.keys()].sort()) {
    // Everybody that it waits for, and who waits for it, however many stand between.
    const circle = [...(reach.get(agent) ?? [])].filter((other) => reach.get(other)?.has(agent)).sort();
    if (circle.includes(agent) && circle[0] !== undefined) circles.set(circle[0], circle);
  }
  return [...circles.values()].map((agents) => ({
    agents,
    debts: waits
      .filter(({ debtor, creditor }) => agents.includes(debtor) && agents.includes(creditor))
      .sort((one, other) => one.since - other.since || one.messageId.localeCompare(other.messageId)),
  }));
}

/** For each creditor, all whose words it waits for, directly or through others. */
function reachability(waits: readonly Debt[]): Map<string, Set<string>> {
  const next = new Map<string, Set<string>>();
  for (const { creditor, debtor } of waits) next.set(creditor, (next.get(creditor) ?? new Set()).add(debtor));
  const reach = new Map<string, Set<string>>();
  for (const start of next.keys()) {
    const found = new Set(next.get(start));
    // The set grows while it is walked, by at most every agent once.
    for (const agent of found) for (const further of next.get(agent) ?? []) found.add(further);
    reach.set(start, found);
  }
  return reach;
}
