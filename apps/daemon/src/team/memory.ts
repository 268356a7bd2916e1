import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTranscriptEntry } from '@orc/agent-runtime';
import { composeActivitySummary, type Activity, type GitStatus } from '@orc/briefing';
import { readJsonlBackwards } from '@orc/jsonl';
import { run } from '@orc/process';
import type { Agent, Project } from '@orc/registry';
import type { Parts } from '../parts.ts';

/** What an agent did and how its work stands, put together when its context is gone or about to go. */
export interface Memory {
  readonly activitySummary: string;
  readonly gitStatus: GitStatus | null;
  readonly checkpointFile: string | null;
}

type Needed = Pick<Parts, 'registry' | 'board' | 'queue' | 'worktrees' | 'clock' | 'log' | 'layout'>;

// A hook waits for this, and with it the agent.
const GIT_MS = 4_000;
// An agent that is briefed twice in short order has still done what it did before.
const AT_LEAST_MS = 3_600_000;
const ITEMS_MAX = 12;
const RECORDS_READ_MAX = 2_000;

/** Gathers what is known of an agent's work since it was last told its part. What cannot be had is left out. */
export async function gatherMemory(parts: Needed, agent: Agent, project: Project): Promise<Memory> {
  const since = sinceOf(parts, agent);
  const [gitStatus, commits] = await Promise.all([
    gitStatusOf(parts, agent, project),
    commitsOf(parts, agent, since),
  ]);
  return {
    gitStatus,
    activitySummary: composeActivitySummary({ ...activityOf(parts, agent, since), commits }),
    checkpointFile: newestCheckpoint(parts.layout, agent),
  };
}

/** Where the checkpoints of a project's agents lie. */
export function notesDirectory({ projects }: Parts['layout'], project: string): string {
  return join(projects, project, 'notes');
}

/** The newest of those that orc wrote and those that the agent left in its own worktree. */
function newestCheckpoint(layout: Parts['layout'], { project, role, worktreePath }: Agent): string | null {
  const prefix = `${role.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_CHECKPOINT_`;
  const found = [notesDirectory(layout, project), ...(worktreePath === null ? [] : [worktreePath])]
    .filter((directory) => existsSync(directory))
    .flatMap((directory) => readdirSync(directory).map((name) => ({ directory, name })))
    .filter(({ name }) => name.startsWith(prefix) && name.endsWith('.md'))
    .sort((one, other) => other.name.localeCompare(one.name));
  return found[0] === undefined ? null : join(found[0].directory, found[0].name);
}

function sinceOf({ registry, clock }: Needed, agent: Agent): number {
  const told = registry.latestContext(agent.id)?.at ?? agent.createdAt;
  return Math.min(told, clock.now() - AT_LEAST_MS);
}

function activityOf(parts: Needed, agent: Agent, since: number): Omit<Activity, 'commits'> {
  const { board, queue } = parts;
  const tasks = board
    .list({ project: agent.project, assignee: agent.id })
    .filter(({ startedAt, outcomeAt }) => (startedAt ?? 0) >= since || (outcomeAt ?? 0) >= since)
    .map(({ id, title, state }) => ({ id, title, became: state }));
  const newest = { order: 'newest', limit: ITEMS_MAX } as const;
  const sent = queue
    .list({ sender: agent.id, ...newest })
    .filter(({ createdAt }) => createdAt >= since)
    .map(({ recipient, body }) => ({ to: recipient, text: body }));
  const read = queue
    .list({ recipient: agent.id, state: ['seen', 'done'], ...newest })
    .filter(({ kind, seenAt }) => !BRIEFINGS.has(kind) && (seenAt ?? 0) >= since)
    .map(({ sender, body }) => ({ from: sender, text: body }));
  return { tasks, sent, read, actions: actionsOf(parts, agent, since) };
}

const BRIEFINGS: ReadonlySet<string> = new Set(['briefing', 'rebrief']);

/** The last commands and changed files, from the ends of the newest transcripts. */
function actionsOf({ registry, log }: Needed, agent: Agent, since: number): string[] {
  const paths = registry.sessions(agent.id).map(({ transcriptPath }) => transcriptPath);
  const newestFirst = [...new Set([agent.transcriptPath, ...paths.reverse()])].filter(
    (path) => path !== null,
  );
  const actions: string[] = [];
  for (const path of newestFirst.slice(0, 3)) {
    try {
      let left = RECORDS_READ_MAX;
      for (const line of readJsonlBackwards(path)) {
        const entry = line.ok ? readTranscriptEntry(line.value) : undefined;
        left -= 1;
        if (actions.length >= ITEMS_MAX || left <= 0 || (entry?.at ?? since) < since) break;
        actions.push(...(entry?.actions ?? []).toReversed());
      }
    } catch (error) {
      log.warn({ err: error, transcript: path }, 'a transcript could not be read for a briefing');
    }
  }
  return actions.slice(0, ITEMS_MAX);
}

async function gitStatusOf(
  { worktrees, log }: Needed,
  agent: Agent,
  project: Project,
): Promise<GitStatus | null> {
  const { worktreePath } = agent;
  if (worktreePath === null || !existsSync(worktreePath)) return null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), GIT_MS)));
  const described = worktrees
    .describe(worktreePath, { parent: project.parentBranch })
    .catch((error: unknown) => {
      log.warn({ err: error, agent: agent.id }, 'git could not say how a worktree stands');
      return null;
    });
  return Promise.race([described, late]).finally(() => clearTimeout(timer));
}

async function commitsOf({ log }: Needed, agent: Agent, since: number): Promise<string[]> {
  if (agent.worktreePath === null || !existsSync(agent.worktreePath)) return [];
  const args = [
    'log',
    '--first-parent',
    '--format=%h %s',
    `--since=@${Math.floor(since / 1_000)}`,
    '-n',
    '12',
  ];
  try {
    const { exitCode, stdout } = await run('git', args, { cwd: agent.worktreePath, timeoutMs: GIT_MS });
    return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  } catch (error) {
    log.warn({ err: error, agent: agent.id }, 'git could not list the commits of a worktree');
    return [];
  }
}
