import { describeError } from '@orc/errors';
import type { Integration, IntegrationPlan, TestRun } from '@orc/git-monitor';
import type { Project } from '@orc/registry';
import { noticeId } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { commandsOf } from './gate.ts';
import type { Diary } from './integrate.ts';
import { findIntegrationWorktree } from './integration-worktree.ts';
import { everybody } from './people.ts';
import type { GitTools } from './tools.ts';

const MINUTE_MS = 60_000;

export interface Published {
  readonly integration: Integration;
  readonly next: string | null;
}

interface PublishInput {
  readonly path: string;
  readonly diary: Diary;
  readonly updateCheckout: boolean;
  /** The tests of exactly this commit passed. */
  readonly isTested: boolean;
  readonly plan: IntegrationPlan;
  readonly test: TestRun | undefined;
}

/** How an integration comes to the parent, and what follows when it is there. */
export function createPublishing(parts: Parts, tools: GitTools) {
  const { integrator, gitJournal } = parts;

  const publish = async (
    project: Project,
    integration: Integration,
    input: PublishInput,
  ): Promise<Published> => {
    const { remote } = await tools.watch.look(project);
    let current = integration;
    const save = (changed: Partial<Integration>) => {
      current = { ...current, ...changed };
      gitJournal.saveIntegration(current);
    };
    if (remote !== null) {
      const why = await integrator.push(project.path, remote, `${integration.id}:${integration.id}`);
      if (why !== null) return { integration: current, next: `${remote} did not take the branch: ${why}` };
      input.diary.done('push', `pushed ${integration.id} to ${remote}`);
    }
    save({ state: 'published' });
    const throughPull = remote === null ? undefined : await openPull(parts, project, current, input);
    if (throughPull) save({ pull: throughPull.pull });
    // GitHub has moved the parent, and only a fetch shows it here.
    if (throughPull?.next === null && remote !== null) await integrator.fetch(project.path, remote);
    const next = throughPull ? throughPull.next : await forwardParent(parts, project, current, input, remote);
    const done = await settleOne(project, current, input.diary);
    return { integration: done, next: done.state === 'merged' ? null : next };
  };

  /** Whether the parent has it by now, whoever put it there. */
  const settleOne = async (
    project: Project,
    integration: Integration,
    diary?: Diary,
  ): Promise<Integration> => {
    const { parent } = await tools.watch.look(project);
    for (const commit of [parent.commit, parent.remoteCommit])
      if (commit !== null && (await integrator.isAncestor(project.path, integration.head, commit)))
        return finish(parts, tools, project, integration, diary);
    return integration;
  };

  return {
    publish,
    async settle(project: Project): Promise<void> {
      for (const integration of gitJournal.listIntegrations(project.slug))
        if (integration.state === 'published') await settleOne(project, integration);
    },
  };
}

/** `undefined` when nobody uses pull requests here. */
async function openPull(
  { config, integrator, bus }: Parts,
  project: Project,
  integration: Integration,
  { diary, plan, isTested, test }: PublishInput,
): Promise<{ pull: Integration['pull']; next: string | null } | undefined> {
  const { pullRequest, adminMerge } = config.git.integration;
  if (pullRequest === 'off') return undefined;
  const opened = await integrator.openPull({
    directory: project.path,
    head: integration.id,
    base: integration.parent,
    title: `Integration: ${new Date(integration.createdAt).toISOString().slice(0, 16).replace('T', ' ')}`,
    body: describeForPull(integration, plan, test),
  });
  if (opened.status === 'unavailable') {
    diary.done('pull', `no pull request: ${opened.why}`);
    return undefined;
  }
  const { number, url } = opened.pull;
  const pull = { number, url };
  diary.done('pull', `pull request #${number}: ${url}`);
  bus.publish(
    'git.integration_pull',
    { ...pull, branch: integration.id },
    { source: 'git', project: project.slug },
  );
  if (opened.pull.state === 'merged') return { pull, next: null };
  if (pullRequest === 'open') return { pull, next: `Merge pull request #${number}: ${url}` };
  const why = await integrator.mergePull(project.path, number, { admin: adminMerge && isTested });
  if (why !== null)
    return { pull, next: `Pull request #${number} is open, and GitHub does not merge it yet: ${why}` };
  diary.done('merge', `merged pull request #${number}`);
  return { pull, next: null };
}

function describeForPull(
  { steps }: Integration,
  { skipped }: IntegrationPlan,
  test: TestRun | undefined,
): string {
  const lines = steps.map(
    ({ role, branch, commits, files }) =>
      `- ${role ?? 'nobody'}: ${branch}, ${commits} commits in ${files} files`,
  );
  const tested = test
    ? `Tests: \`${test.command.join(' ')}\` ${test.exitCode === 0 ? 'passed' : 'failed'} on ${test.sha}.`
    : 'Tests: none were run.';
  const left = skipped.map(({ branch, why }) => `- left out: ${branch} (${why})`);
  return [...lines, ...left, '', tested].join('\n');
}

/** Without pull requests: the parent moves forward where that changes nobody's files. */
async function forwardParent(
  { integrator }: Parts,
  { path }: Project,
  { id, head, parent }: Integration,
  { diary, updateCheckout }: PublishInput,
  remote: string | null,
): Promise<string | null> {
  const moved = await integrator.forward({ directory: path, branch: parent, to: head, updateCheckout });
  if (moved.status === 'behind')
    return `${parent} has moved on since ${id} began. Run "orc git integrate --abandon", then begin again.`;
  if (moved.status === 'left')
    return `Nothing was moved: ${moved.why}. Do it with: ${moved.how}${updateCheckout ? '' : '   (or run this again with --update-checkout)'}`;
  diary.done('merge', moved.how);
  return remote === null ? null : `${parent} is ahead of ${remote}: git push ${remote} ${parent}`;
}

/**
 * The parent has it: everybody is told, with a time by which they have it, and there is a first start. Until it
 * is noted as merged, which comes last, the next look does it again; but nothing is started where the worktree is
 * gone, which is removed after that.
 */
async function finish(
  parts: Parts,
  { notices, people }: GitTools,
  project: Project,
  integration: Integration,
  diary: Diary | undefined,
): Promise<Integration> {
  const { gitJournal, clock, config, bus } = parts;
  const at = clock.now();
  const merged = { ...integration, state: 'merged' as const, mergedAt: at, dueAt: null };
  const minutes = config.git.integration.syncWithinMinutes;
  for (const { id: agent } of people.members(project))
    gitJournal.askSync({
      project: project.slug,
      agent,
      sha: integration.head,
      askedAt: at,
      dueAt: at + minutes * MINUTE_MS,
    });
  for (const recipient of everybody(people, project))
    notices.tell({
      recipient,
      severity: 'warning',
      text: `${integration.id} is in ${integration.parent} (${integration.head.slice(0, 12)}). Take it over within ${minutes} minutes: orc git sync`,
      id: noticeId('integration merged', integration.head, recipient),
    });
  diary?.done('told', `told everybody to take it over within ${minutes} minutes`);
  gitJournal.recordTiming({
    project: project.slug,
    kind: 'full-cycle',
    subject: integration.id,
    durationMs: at - integration.createdAt,
    at,
  });
  bus.publish(
    'git.integration_merged',
    { branch: integration.id, parent: integration.parent, head: integration.head, kind: integration.kind },
    {
      id: noticeId('git.integration_merged', project.slug, integration.id),
      source: 'git',
      project: project.slug,
      severity: 'notice',
    },
  );
  await smoke(parts, project, merged, diary);
  await tidy(parts, project, merged);
  gitJournal.saveIntegration(merged);
  return merged;
}

/** The branch has done its work. That it cannot be removed (somebody looks at it) is no failure. */
async function tidy(parts: Parts, project: Project, { id }: Integration): Promise<void> {
  const { gitMonitor, integrator, worktrees, log } = parts;
  const remote = gitMonitor.snapshot(project.slug)?.remote ?? null;
  if (remote !== null) {
    const why = await integrator.push(project.path, remote, `:refs/heads/${id}`);
    if (why !== null) log.debug({ branch: id, why }, 'the remote keeps an integrated branch');
  }
  try {
    const worktree = await findIntegrationWorktree(parts, project);
    if (worktree?.branch === id)
      await worktrees.remove({ path: worktree.path, force: true, deleteBranch: true });
  } catch (error) {
    log.info({ branch: id, problem: describeError(error) }, 'an integrated branch stays');
  }
}

async function smoke(
  parts: Parts,
  project: Project,
  { id, head }: Integration,
  diary: Diary | undefined,
): Promise<void> {
  const { smokeCommand } = commandsOf(parts, project);
  const worktree = await findIntegrationWorktree(parts, project);
  if (smokeCommand === null || worktree?.branch !== id) return;
  const { exitCode, durationMs } = await parts.integrator.runCommand(
    smokeCommand,
    worktree.path,
    parts.config.git.integration.testTimeoutMs,
  );
  const verdict = exitCode === 0 ? 'passed' : 'failed';
  diary?.done('smoke', `${smokeCommand.join(' ')} ${verdict} after the merge`);
  parts.bus.publish(
    'git.integration_smoked',
    { branch: id, head, exitCode, durationMs },
    {
      id: noticeId('git.integration_smoked', project.slug, id),
      source: 'git',
      project: project.slug,
      severity: exitCode === 0 ? 'info' : 'critical',
    },
  );
}
