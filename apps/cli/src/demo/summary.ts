import type { MessageView, ProjectStatus, TaskView, WorktreeView } from '@orc/contracts';
import { formatDuration } from '../duration.ts';
import { formatTable } from '../table.ts';

export interface DemoOutcome {
  readonly project: string;
  readonly isSimulation: true;
  readonly seconds: number;
  readonly tasks: { readonly done: number; readonly total: number };
  readonly commits: readonly { readonly branch: string; readonly agent: string; readonly commits: number }[];
  readonly messages: { readonly sent: number; readonly seen: number; readonly lost: number };
  readonly slowest: { readonly id: string; readonly ms: number } | null;
  readonly problems: readonly string[];
}

interface Found {
  readonly project: ProjectStatus;
  readonly tasks: readonly TaskView[];
  readonly messages: readonly MessageView[];
  readonly worktrees: readonly WorktreeView[];
  readonly elapsedMs: number;
}

const PROOF = new Set(['seen', 'done', 'failed']);

/** Counts what was done. A message is lost unless the ledger holds the proof that its recipient had it. */
export function summarise({ project, tasks, messages, worktrees, elapsedMs }: Found): DemoOutcome {
  const done = tasks.filter(({ state }) => state === 'done').length;
  const seen = messages.filter(({ state }) => PROOF.has(state));
  const unproven = messages.filter(({ state }) => !PROOF.has(state));
  const slowest = seen
    .flatMap(({ id, createdAt, seenAt }) => (seenAt === null ? [] : [{ id, ms: seenAt - createdAt }]))
    .sort((a, b) => b.ms - a.ms)[0];
  return {
    project: project.slug,
    isSimulation: true,
    seconds: Math.round(elapsedMs / 100) / 10,
    tasks: { done, total: tasks.length },
    commits: worktrees.map(({ branch, agentId, ahead }) => ({
      branch: branch ?? '',
      agent: agentId ?? '',
      commits: ahead ?? 0,
    })),
    messages: { sent: messages.length, seen: seen.length, lost: unproven.length },
    slowest: slowest ?? null,
    problems: [
      ...(done < tasks.length ? [`${tasks.length - done} of ${tasks.length} tasks are not done`] : []),
      ...unproven.map(({ id, kind, recipient, state }) => `${kind} ${id} to ${recipient} is only ${state}`),
    ],
  };
}

/** The closing words of the demo: what was done, and how to look at it. */
export function formatOutcome(outcome: DemoOutcome, path: string): string {
  const { tasks, messages, slowest, project } = outcome;
  return [
    `SIMULATION: these agents followed a script, no model was asked. ${outcome.seconds} s.`,
    '',
    `tasks     ${tasks.done} of ${tasks.total} done`,
    `messages  ${messages.sent} sent, ${messages.seen} seen, ${messages.lost} lost`,
    `slowest   ${slowest ? `${slowest.id}, ${formatDuration(slowest.ms)} from sent to seen` : 'none'}`,
    '',
    formatTable([
      ['AGENT', 'COMMITS', 'BRANCH'],
      ...outcome.commits.map(({ agent, commits, branch }) => [agent, String(commits), branch]),
    ]),
    '',
    'Everything is still there. Look at it:',
    formatTable([
      [`  npx orc attach ${project}/developer`, 'its window (leave it with Ctrl-b d)'],
      [`  npx orc events --tail 30`, 'what happened'],
      [`  npx orc msg list --project ${project}`, 'where every message is'],
    ]),
    `  git -C ${path} log --graph --all --oneline`,
    `Clean up with:  npx orc down --project ${project}`,
  ].join('\n');
}
