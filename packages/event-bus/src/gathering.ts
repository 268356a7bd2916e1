import type { BusEvent } from './types.ts';

/** Events that say the same, as one line of a digest. */
export interface DigestGroup {
  readonly key: string;
  /** The first of them. */
  readonly event: BusEvent;
  readonly count: number;
  readonly lastAt: number;
}

/** What a sink is told at once instead of event by event. */
export interface Digest {
  readonly isCritical: boolean;
  /** Times of the first and the last event in it, in ms since 1970. */
  readonly since: number;
  readonly until: number;
  readonly groups: readonly DigestGroup[];
  /** Events that are in no group, because there were too many kinds of them. The log has them. */
  readonly others: number;
  /** All events that it stands for. */
  readonly total: number;
}

/** Gathers events until they are told as one digest; holds a bounded number of groups. */
export interface Gathering {
  add(event: BusEvent, key: string): void;
  /** When the first event came; `undefined` when there is none. */
  readonly since: number | undefined;
  digest(): Digest;
  clear(): void;
}

export function createGathering({
  isCritical,
  groupsMax,
}: {
  readonly isCritical: boolean;
  readonly groupsMax: number;
}): Gathering {
  const groups = new Map<string, { -readonly [Key in keyof DigestGroup]: DigestGroup[Key] }>();
  let others = 0;
  let total = 0;
  let since: number | undefined;
  let until = 0;
  return {
    get since() {
      return since;
    },
    add(event, key) {
      since ??= event.at;
      until = Math.max(until, event.at);
      total += 1;
      const group = groups.get(key);
      if (group) {
        group.count += 1;
        group.lastAt = event.at;
      } else if (groups.size < groupsMax) groups.set(key, { key, event, count: 1, lastAt: event.at });
      else others += 1;
    },
    digest: () => ({
      isCritical,
      since: since ?? 0,
      until,
      groups: [...groups.values()].map((group) => ({ ...group })),
      others,
      total,
    }),
    clear() {
      groups.clear();
      others = 0;
      total = 0;
      since = undefined;
      until = 0;
    },
  };
}
