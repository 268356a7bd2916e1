import type { Parts } from '../parts.ts';
import { createIdList, type IdList } from '../system/id-list.ts';

/**
 * Agents whose restart somebody has asked for, until it is over. A daemon that is killed in the middle of one has
 * only ended the agent; the next one finds here that it is to run again.
 */
export function createAskedRestarts(parts: Pick<Parts, 'registry'>): IdList {
  return createIdList(parts, 'team.restarting');
}
