import { list, shorten } from './text.ts';
import type { BriefedTask } from './types.ts';

const CRITERIA_MAX = 20;

/** A task as it is handed out: what, for whom, why, and when it is done. */
export function composeTask({ id, title, objective, criteria, assignee, priority }: BriefedTask): string {
  return [
    `TASK [${id}]: ${shorten(title, 200)}`,
    `Assigned to: ${assignee ?? 'nobody yet'}`,
    `Objective: ${shorten(objective === '' ? title : objective, 1_500)}`,
    'Success Criteria:',
    ...list(criteria, CRITERIA_MAX),
    `Priority: ${priority >= 30 ? 'HIGH' : priority >= 5 ? 'MED' : 'LOW'}`,
  ].join('\n');
}
