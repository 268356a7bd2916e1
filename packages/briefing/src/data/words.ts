import type { RebriefReason } from '../types.ts';

/** Why an agent is told its part again. */
export const rebriefReasons: Readonly<Record<RebriefReason, string>> = {
  compaction:
    'Your conversation was compacted to make room, so details of it are gone. This is your part again, as orc has it on record.',
  clear: 'Your conversation was cleared. This is your part again, as orc has it on record.',
  restart:
    'Your session ended and was started again in the same worktree. What you had not committed is still there.',
  resume: 'The team was stopped and goes on now. Your worktree and your branch are as you left them.',
  requested: 'Somebody asked that you be told your part again. Nothing else has changed.',
};

/** The form of a status; what stands in brackets is filled in. */
export function statusTemplate(agentId: string): string {
  return [
    `STATUS [${agentId}] [time]`,
    'Completed:',
    '- [what exactly]',
    'Current: [what you are at]',
    'Blocked: [what by, or no]',
    'ETA: [when it will be done]',
  ].join('\n');
}
