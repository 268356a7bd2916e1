import { z } from 'zod';
import type { Parts } from '../parts.ts';

const KEY = 'team.restarting';

/**
 * Agents whose restart somebody has asked for, until it is over. A daemon that is killed in the middle of one has
 * only ended the agent; the next one finds here that it is to run again.
 */
export function createAskedRestarts({ registry }: Pick<Parts, 'registry'>) {
  const list = (): readonly string[] => z.array(z.string()).safeParse(registry.getValue(KEY)).data ?? [];
  const remove = (agentId: string): void => {
    const before = list();
    if (before.includes(agentId))
      registry.setValue(
        KEY,
        before.filter((id) => id !== agentId),
      );
  };
  return {
    list,
    remove,
    add: (agentId: string): void => registry.setValue(KEY, [...new Set([...list(), agentId])]),
  };
}
