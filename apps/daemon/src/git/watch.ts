import type { GitChange, GitMonitor, RepositoryFacts } from '@orc/git-monitor';
import { describeError } from '@orc/errors';
import type { Project } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Parts } from '../parts.ts';
import { watchedProject } from './watched.ts';

/** How long the post-commit hook may take before a commit that only the branches show is told of. */
const HOOK_GRACE_MS = 5_000;
const HEARD_MAX = 2_000;

export interface GitWatch extends Disposable {
  look(project: Project, options?: { readonly isFresh?: boolean }): Promise<RepositoryFacts>;
  radar(project: Project): ReturnType<GitMonitor['radar']>;
  /** One look at every active project. */
  lookAtAll(): Promise<void>;
}

/**
 * Looks at the repositories of active projects: at its own pace, and at once when a hook tells of a commit.
 * What is different becomes events.
 */
export function createGitWatch(
  parts: Parts,
  catalogue: Catalogue,
  onCommit: (project: string) => void,
): GitWatch {
  const { registry, bus, clock, log, gitMonitor } = parts;
  const heard = new Set<string>();
  const silent = new Map<
    string,
    { readonly change: Extract<GitChange, { type: 'committed' }>; readonly dueAt: number }
  >();
  const pushedAt = new Map<string, number>();

  const look: GitWatch['look'] = (project, options) =>
    gitMonitor.look(watchedProject(parts, catalogue, project), options);
  const lookSafely = async (project: Project) => {
    try {
      await look(project);
    } catch (error) {
      log.warn({ project: project.slug, problem: describeError(error) }, 'git could not be looked at');
    }
  };
  /** Repositories whose hooks are switched off, or a commit made while no daemon ran. */
  const tellOfSilent = () => {
    for (const [sha, { change, dueAt }] of silent) {
      if (dueAt > clock.now()) continue;
      silent.delete(sha);
      if (heard.has(sha)) continue;
      const { commit, branch, owner, key } = change;
      const data = {
        sha,
        subject: commit.subject,
        at: commit.at,
        branch,
        parents: [],
        isMerge: false,
        by: null,
      };
      bus.publish('git.committed', data, { source: 'git', agent: owner, project: key, id: `git-${sha}` });
    }
  };
  const subscriptions = [
    gitMonitor.onChange((change) => {
      if (change.type === 'committed') {
        silent.set(change.commit.sha, { change, dueAt: clock.now() + HOOK_GRACE_MS });
        onCommit(change.key);
      } else publishChange(parts, change, pushedAt);
    }),
    bus.subscribe('git.committed', ({ data, project }) => {
      const { sha } = data as { sha?: unknown };
      if (typeof sha !== 'string') return;
      remember(heard, sha);
      const found = project === undefined ? undefined : registry.findProject(project);
      if (found && !silent.has(sha)) void lookSafely(found);
    }),
  ];
  return {
    look,
    radar: (project) => gitMonitor.radar(watchedProject(parts, catalogue, project)),
    async lookAtAll() {
      for (const project of registry.listProjects()) {
        if (project.status !== 'active') continue;
        await lookSafely(project);
      }
      tellOfSilent();
    },
    [Symbol.dispose]: () => subscriptions.forEach((each) => each[Symbol.dispose]()),
  };
}

/** A change as an event, and the time it took as a measure (F-08). */
function publishChange(
  { bus, gitJournal }: Parts,
  change: Exclude<GitChange, { type: 'committed' }>,
  pushedAt: Map<string, number>,
): void {
  const { key: project, at } = change;
  const about = { source: 'git', project };
  switch (change.type) {
    case 'pushed': {
      const { owner, branch, count, afterMs } = change;
      pushedAt.set(`${owner} ${branch}`, at);
      bus.publish('git.pushed', { branch, count, afterMs }, { ...about, agent: owner });
      const subject = `${owner} ${at}`;
      gitJournal.recordTiming({ project, kind: 'commit-to-push', subject, durationMs: afterMs, at });
      break;
    }
    case 'branch-changed':
      bus.publish(
        'git.branch_changed',
        { from: change.from, to: change.to },
        { ...about, agent: change.owner },
      );
      break;
    case 'parent-moved':
      bus.publish('git.parent_moved', { from: change.from, to: change.to }, about);
      break;
    case 'pull-opened': {
      const { owner, pull } = change;
      bus.publish('git.pull_opened', { ...pull }, { ...about, agent: owner });
      const pushed = pushedAt.get(`${owner} ${pull.head}`);
      if (pushed !== undefined)
        gitJournal.recordTiming({
          project,
          kind: 'push-to-pull-request',
          subject: `#${pull.number}`,
          durationMs: pull.createdAt - pushed,
          at,
        });
      break;
    }
    case 'pull-merged': {
      const { owner, pull } = change;
      bus.publish('git.pull_merged', { ...pull }, { ...about, agent: owner });
      gitJournal.recordTiming({
        project,
        kind: 'pull-request-to-merge',
        subject: `#${pull.number}`,
        durationMs: (pull.mergedAt ?? at) - pull.createdAt,
        at,
      });
      break;
    }
  }
}

/** The oldest is forgotten when there are too many. */
function remember(shas: Set<string>, sha: string): void {
  shas.add(sha);
  for (const oldest of shas) {
    if (shas.size <= HEARD_MAX) break;
    shas.delete(oldest);
  }
}
