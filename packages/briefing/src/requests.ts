import { statusTemplate } from './data/words.ts';
import { fitText, joinBlocks, lineText, listText, nameText } from './text.ts';
import { taskLines } from './task.ts';
import type { StatusRequestInput, SurvivalInput } from './types.ts';

const REQUEST_CHARACTERS_MAX = 2_000;
const SURVIVAL_CHARACTERS_MAX = 4_000;
const MINUTE_MS = 60_000;

/** A question for the status of one agent, with the form of the answer. */
export function composeStatusRequest({ agentId, reason, replyWithinMs }: StatusRequestInput): string {
  const minutes =
    typeof replyWithinMs === 'number' ? Math.max(1, Math.ceil(replyWithinMs / MINUTE_MS)) : undefined;
  return fitText(REQUEST_CHARACTERS_MAX, (room) =>
    joinBlocks([
      [
        'How do you stand? Three things: what is completed, what you are at, what blocks you.',
        ...(typeof reason === 'string' && reason !== ''
          ? [`Asked because: ${lineText(reason, room.lineCharactersMax)}`]
          : []),
        ...(minutes === undefined
          ? []
          : [
              `An answer within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} helps; your work goes on either way.`,
            ]),
      ].join('\n'),
      statusTemplate(nameText(agentId)),
    ]),
  );
}

/** What a summary of a conversation has to keep, for whoever writes it. At most 4 000 characters. */
export function composeSurvivalNotes({
  agentId,
  branch,
  task,
  unreadIds,
  obligations,
}: SurvivalInput): string {
  return fitText(SURVIVAL_CHARACTERS_MAX, (room) =>
    joinBlocks([
      [
        'The summary of this conversation is worth most with these facts in it:',
        `- the agent is ${nameText(agentId)}, a member of a team that orc runs`,
        branch === null ? '- its worktree has no branch' : `- its branch is ${nameText(branch)}`,
        ...(task === null ? ['- it has no open task'] : []),
        ...(unreadIds.length > 0
          ? [`- messages it has not read: ${idsText(unreadIds, room.itemsMax)} (orc inbox)`]
          : []),
        '- what was decided and why, which files were changed, what was tried and did not work, and the next step',
      ].join('\n'),
      task === null ? '' : ['Its task, word for word:', ...taskLines(task, room)].join('\n'),
      obligations.length === 0
        ? ''
        : [
            'Answers that it owes:',
            ...listText(
              obligations.map(
                ({ messageId, to }) =>
                  `to ${nameText(to)} on ${nameText(messageId)}: orc send ${nameText(to)} --in-reply-to ${nameText(messageId)} "…"`,
              ),
              room,
            ),
          ].join('\n'),
    ]),
  );
}

function idsText(ids: readonly string[], itemsMax: number): string {
  const shown = ids.slice(0, itemsMax).map((id) => nameText(id));
  const left = ids.length - shown.length;
  return left > 0 ? `${shown.join(', ')} … and ${left} more` : shown.join(', ');
}
