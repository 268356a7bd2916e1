import { describeGit } from './git-status.ts';
import { taskLines } from './task.ts';
import { bodyText, fitText, lineText, listText, nameText } from './text.ts';
import type { BriefedTask, GitStatus } from './types.ts';

export interface CheckpointInput {
  readonly agentId: string;
  /** Why it was written, such as `phase 2 is finished`. */
  readonly reason: string;
  /** In ms since 1970. */
  readonly at: number;
  readonly branch: string | null;
  readonly task: BriefedTask | null;
  readonly gitStatus: GitStatus | null;
  readonly activitySummary: string;
  /** What is to be done next, in the order in which it should be. */
  readonly nextSteps: readonly string[];
}

const CHARACTERS_MAX = 6_000;

/** A page from which an agent that has lost its thread finds it again. Markdown, at most 6 000 characters. */
export function composeCheckpoint(input: CheckpointInput): string {
  const { agentId, reason, at, branch, task, gitStatus, activitySummary, nextSteps } = input;
  return fitText(CHARACTERS_MAX, (room) => {
    const section = (heading: string, lines: readonly string[], none: string) =>
      [`## ${heading}`, ...(lines.length === 0 ? [none] : lines)].join('\n');
    const summary = bodyText(activitySummary, room);
    return [
      `# Checkpoint of ${nameText(agentId)}\nWritten by orc at ${new Date(at).toISOString()}: ${lineText(reason, 200)}`,
      section('Current Task', task === null ? [] : taskLines(task, room), 'No task is open.'),
      section(
        'Branch',
        [...(branch === null ? [] : [`- ${nameText(branch)}`]), ...describeGit(gitStatus, room)],
        'The worktree has no branch.',
      ),
      section('Recent Work', summary === '' ? [] : [summary], 'Nothing is on record.'),
      section('Next Steps', listText(nextSteps, room), 'Wait for a message.'),
    ].join('\n\n');
  });
}

/** `DEVELOPER_CHECKPOINT_20300102_0304.md`, in UTC; `role` is the part of the agent's id after the slash. */
export function checkpointFileName(role: string, at: number): string {
  const name = role.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  const digits = new Date(at).toISOString().replaceAll(/\D/g, '');
  return `${name}_CHECKPOINT_${digits.slice(0, 8)}_${digits.slice(8, 12)}.md`;
}
