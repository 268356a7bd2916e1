import { rebriefReasons } from './data/words.ts';
import { describeGit } from './git-status.ts';
import { readRules } from './rules.ts';
import {
  checkpointLine,
  commandsBlock,
  dutiesBlock,
  gitBlock,
  identityBlock,
  ownRulesBlock,
  placeBlock,
  roleBlocks,
  talkBlock,
  teamBlock,
} from './sections.ts';
import { taskLines } from './task.ts';
import {
  block,
  bodyText,
  fitText,
  joinBlocks,
  lineText,
  nameText,
  pathText,
  plainText,
  type Room,
} from './text.ts';
import type { BriefedTask, BriefingInput, RebriefInput } from './types.ts';

/** A hook can hand over less than 10 000 characters, and the line that names the message comes on top. */
export const briefingCharactersMax = 9_000;

/**
 * The first message to an agent: who it is, where it works, whom it reaches how, the rules, and what to begin
 * with. At most 9 000 characters, whatever is put in; lists that are too long end with how many are left.
 *
 * @throws ORC_BRIEFING_BAD_RULES
 */
export function composeBriefing(input: BriefingInput): string {
  const rules = readRules(input.rules);
  return fitText(briefingCharactersMax, (room) => {
    const { own, first } = roleBlocks(input, room);
    return joinBlocks([
      identityBlock(input, room),
      dutiesBlock(input, room),
      placeBlock(input),
      teamBlock(input, room),
      commandsBlock(input, rules, room),
      talkBlock(input, rules),
      gitBlock(input, rules),
      own,
      ownRulesBlock(input, room),
      block('WHERE TO BEGIN', [
        ...first.map((each, index) => `${index + 1}. ${each}`),
        checkpointLine(input),
      ]),
      taskBlock(input, room),
    ]);
  });
}

/**
 * What an agent is told when its conversation was shortened, cleared or begun anew: why, what it was doing, and
 * its part again. At most 9 000 characters; what it was doing comes first and is shortened last.
 *
 * @throws ORC_BRIEFING_BAD_RULES
 */
export function composeRebrief(input: RebriefInput): string {
  const rules = readRules(input.rules);
  return fitText(briefingCharactersMax, (room) => {
    const { own } = roleBlocks(input, room);
    return joinBlocks([
      block(identityBlock(input, room), [rebriefReasons[input.reason]]),
      taskBlock(input, room),
      stateBlock(input, room),
      placeBlock(input),
      teamBlock(input, room),
      commandsBlock(input, rules, room),
      dutiesBlock(input, room),
      talkBlock(input, rules),
      gitBlock(input, rules),
      own,
      ownRulesBlock(input, room),
      closingBlock(input),
    ]);
  });
}

function taskBlock({ task }: BriefingInput, room: Room): string {
  if (task === null || task === undefined)
    return block('YOUR TASK', [
      'You have no open task. Tasks arrive as messages; until one does, there is nothing to begin.',
    ]);
  return block('YOUR TASK', [...taskLines(task, room), ...startLine(task)]);
}

function startLine({ id }: BriefedTask): string[] {
  const name = nameText(id);
  return [
    `It is ended with: orc task done ${name} "what was done, in detail" (or fail, or block, with the reason).`,
  ];
}

function stateBlock(input: RebriefInput, room: Room): string {
  const { activitySummary, checkpointFile, unreadCount = 0, at } = input;
  const noted = describeCheckpoint(input.checkpoint, room);
  return block('HOW THINGS STAND', [
    typeof at === 'number' &&
      Number.isFinite(at) &&
      Math.abs(at) <= 8.64e15 &&
      `- As of ${new Date(at).toISOString()}.`,
    typeof activitySummary === 'string' &&
      activitySummary.trim() !== '' &&
      `- What you did last: ${bodyText(activitySummary, room)}`,
    ...describeGit(input.gitStatus ?? null, room),
    noted !== '' && `- What you had noted: ${noted}`,
    typeof checkpointFile === 'string' && `- Your newest checkpoint file is ${pathText(checkpointFile)}.`,
    unreadCount > 0 &&
      `- There ${unreadCount === 1 ? 'is 1 message' : `are ${unreadCount} messages`} that you have not read: orc inbox.`,
  ]);
}

function closingBlock(input: RebriefInput): string {
  return block('WHERE TO GO ON', [
    '1. Look at git status and git log -5 in your worktree; they are right where this text is out of date.',
    input.task
      ? '2. Go on with your task, where the criteria do not hold yet.'
      : '2. Look at orc inbox and orc task list.',
    '3. Messages that you had not seen come again; one that you have acted on already needs nothing more.',
    checkpointLine(input),
  ]);
}

/** A note may be a text or data of any shape. */
function describeCheckpoint(checkpoint: unknown, room: Room): string {
  if (checkpoint === null || checkpoint === undefined) return '';
  if (typeof checkpoint === 'string') return bodyText(checkpoint, room);
  if (typeof checkpoint !== 'object' || Array.isArray(checkpoint))
    return bodyText(plainText(safeJson(checkpoint)), room);
  return Object.entries(checkpoint)
    .slice(0, room.itemsMax)
    .map(([key, value]) => {
      const text = typeof value === 'string' ? value : safeJson(value);
      return `${lineText(key, 60)}: ${lineText(text, room.lineCharactersMax)}`;
    })
    .join('; ');
}

function safeJson(value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text ?? '';
  } catch {
    return '(not readable)';
  }
}
