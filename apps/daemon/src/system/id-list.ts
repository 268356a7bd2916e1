import { z } from 'zod';
import type { Parts } from '../parts.ts';

const Ids = z.array(z.string());

/** Ids that outlive the daemon, each once, in the order in which they came. */
export interface IdList {
  readonly list: () => readonly string[];
  readonly add: (...ids: readonly string[]) => void;
  /** Repeatable. */
  readonly remove: (...ids: readonly string[]) => void;
}

export function createIdList({ registry }: Pick<Parts, 'registry'>, key: string): IdList {
  const list = (): readonly string[] => Ids.safeParse(registry.getValue(key)).data ?? [];
  return {
    list,
    add: (...ids) => registry.setValue(key, [...new Set([...list(), ...ids])]),
    remove(...ids) {
      const before = list();
      const left = before.filter((id) => !ids.includes(id));
      if (left.length < before.length) registry.setValue(key, left);
    },
  };
}
