import type { PubsubConfig } from './config.ts';
import type { Subscription } from './types.ts';

/** Somebody who could hear a group. */
export interface Listener {
  readonly name: string;
  /** Null for somebody without one, who hears only what they asked for. */
  readonly role: string | null;
  readonly isHub: boolean;
}

/**
 * The groups that a listener hears: those of its role, and those it asked for, without those it left. A second
 * agent of a role (`developer-2`) hears what the first one does.
 */
export function groupsOf(
  { name, role, isHub }: Listener,
  { groups }: Pick<PubsubConfig, 'groups'>,
  subscriptions: readonly Subscription[],
): string[] {
  const base = role?.replace(/-\d+$/, '');
  const heard = Object.entries(groups)
    .filter(
      ([group, roles]) =>
        role !== null &&
        (roles.includes('*') ||
          roles.includes(role) ||
          roles.includes(base ?? '') ||
          (isHub && group === 'management')),
    )
    .map(([group]) => group);
  const own = subscriptions.filter(({ subscriber }) => subscriber === name);
  const asked = own.filter(({ isWanted }) => isWanted).map(({ group }) => group);
  const left = new Set(own.filter(({ isWanted }) => !isWanted).map(({ group }) => group));
  return [...new Set([...heard, ...asked])].filter((group) => !left.has(group));
}
