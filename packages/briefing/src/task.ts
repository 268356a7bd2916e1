import { bodyText, fitText, lineText, listText, nameText, type Room } from './text.ts';
import type { BriefedTask } from './types.ts';

const CHARACTERS_MAX = 9_000;

/** The message that hands out a task; at most 9 000 characters. */
export function composeTask(task: BriefedTask): string {
  return fitText(CHARACTERS_MAX, (room) => [...taskLines(task, room), '', ...commandLines(task)].join('\n'));
}

export function taskLines(task: BriefedTask, room: Room): string[] {
  const { criteria = [], blockedReason } = task;
  const objective = task.objective ?? '';
  const assigned = task.assignee ?? task.role ?? 'whoever reads this';
  return [
    `TASK [${nameText(task.id)}]: ${lineText(task.title, room.lineCharactersMax)}`,
    `Assigned to: ${nameText(assigned)}`,
    `Objective: ${bodyText(objective.trim() === '' ? task.title : objective, room)}`,
    'Success Criteria:',
    ...listText(
      criteria.length > 0
        ? criteria
        : ['The objective is reached, and the report says how that was checked.'],
      room,
    ),
    `Priority: ${priorityName(task.priority)}`,
    ...(typeof blockedReason === 'string' && blockedReason !== ''
      ? [`It was blocked: ${lineText(blockedReason, room.lineCharactersMax)}`]
      : []),
  ];
}

/** What an agent says about a task, and when. */
function commandLines({ id }: BriefedTask): string[] {
  const task = nameText(id);
  return [
    `orc task start ${task} tells that you have it and begin.`,
    `orc task done ${task} "what was done, in detail" ends it; orc task fail ${task} "why" when it cannot be done; orc task block ${task} "what is in the way" when it has to wait.`,
  ];
}

const HIGH_MIN = 10;

function priorityName(priority = 5): string {
  if (priority >= HIGH_MIN) return 'HIGH';
  return priority <= 0 ? 'LOW' : 'MED';
}
