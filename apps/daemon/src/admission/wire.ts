import type { Catalogue } from '@orc/team-planner';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { UsageWatch } from '../supervision/usage.ts';
import { createAdmission } from './admission.ts';
import { createRoom } from './room.ts';
import type { StartQueue } from './start-queue.ts';

interface Deps {
  readonly usage: Pick<UsageWatch, 'of'>;
  readonly notices: Notices;
  readonly starts: StartQueue;
  readonly catalogue: Pick<Catalogue, 'plans'>;
}

/** Whether there is room for one more agent, and what becomes of its start when there is none. */
export function wireAdmission(parts: Parts, { usage, notices, starts, catalogue }: Deps) {
  const room = createRoom(parts, { usage, starts, catalogue });
  return { ...room, ...createAdmission(parts, { room, starts, notices }) };
}
