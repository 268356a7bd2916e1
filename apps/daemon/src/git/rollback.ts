import type { IntegrationAnswer } from '@orc/contracts';
import type { Integration } from '@orc/git-monitor';
import type { Project } from '@orc/registry';
import { errors } from '../errors.ts';
import type { Parts } from '../parts.ts';
import type { Turns } from '../system/turns.ts';
import { runGate } from './gate.ts';
import { answer, giveUp, listOpen, type Diary, type Report } from './integrate.ts';
import { ensureIntegrationWorktree } from './integration-worktree.ts';
import { nameOwnBranch } from './own-branches.ts';
import { everybody } from './people.ts';
import { createPublishing } from './publishing.ts';
import type { GitTools } from './tools.ts';

export interface RollbackOptions {
  readonly to: string | undefined;
  readonly dryRun: boolean;
  readonly updateCheckout: boolean;
  readonly force: boolean;
  readonly confirm: string | undefined;
}

interface Aim {
  /** The parent now. */
  readonly tip: string;
  readonly target: string;
  readonly why: string;
}

/**
 * Brings the parent back to the last good integration: by one new commit that takes back what came after it,
 * so that nothing is lost. Moving the branch itself back loses commits, and is done only when the person
 * names the branch once more.
 */
export function createRollback(parts: Parts, tools: GitTools, turns: Turns) {
  const publishing = createPublishing(parts, tools);
  const run = async (
    project: Project,
    options: RollbackOptions,
    report: Report,
  ): Promise<IntegrationAnswer> => {
    const diary: Diary = {
      did: [],
      done(step, text) {
        diary.did.push(text);
        report({ step, text });
      },
    };
    if (!options.dryRun) await publishing.settle(project);
    const aim = await findAim(parts, tools, project, options.to);
    const plan = {
      checks: [{ name: 'parent' as const, status: 'ok' as const, text: aim.why }],
      base: aim.tip,
      steps: [],
      skipped: [],
    };
    const base = { project, plan, diary };
    if (options.dryRun) return answer({ ...base, outcome: 'planned', integration: null });
    if (options.force) {
      if (options.confirm !== project.parentBranch) throw errors.notConfirmed(project.parentBranch);
      const next = await moveBack(parts, tools, project, aim, diary);
      return answer({ ...base, outcome: next === null ? 'merged' : 'published', integration: null, next });
    }
    const begun = await begin(parts, project, aim);
    const path = await ensureIntegrationWorktree(parts, project, { branch: begun.id, from: aim.tip });
    const head = await parts.integrator.revertTo({
      directory: path,
      branch: begun.id,
      target: aim.target,
      message: `Rollback: back to ${aim.target.slice(0, 12)}\n\nTakes back everything on ${project.parentBranch} since then; nothing is lost.`,
    });
    await parts.integrator.reset(path);
    diary.done('revert', `${begun.id} has the files of ${aim.target.slice(0, 12)} as one new commit`);
    const integration = { ...begun, head };
    giveUpEarlier(parts, project, diary);
    parts.gitJournal.saveIntegration(integration);
    // In an emergency a failed test is told, and does not stop anything: what is there now is worse.
    const gate = await runGate(parts, tools, {
      project,
      integration,
      path,
      diary,
      options: { withoutTests: false },
    });
    const published = await publishing.publish(project, gate.integration, {
      path,
      diary,
      updateCheckout: options.updateCheckout,
      isTested: gate.test?.exitCode === 0,
      plan,
      test: gate.test,
    });
    return answer({
      ...base,
      outcome: published.integration.state === 'merged' ? 'merged' : 'published',
      integration: published.integration,
      test: gate.test,
      next: published.next,
    });
  };
  // Both kinds write in one worktree. A plan changes nothing, and need not wait until tests have run.
  return (project: Project, options: RollbackOptions, report: Report) =>
    options.dryRun ? run(project, options, report) : turns(project.slug, () => run(project, options, report));
}

async function begin(parts: Parts, project: Project, { tip }: Aim): Promise<Integration> {
  return {
    id: await nameOwnBranch(parts, project, 'rollback'),
    project: project.slug,
    kind: 'rollback',
    state: 'merging',
    parent: project.parentBranch,
    base: tip,
    head: tip,
    steps: [],
    pull: null,
    createdAt: parts.clock.now(),
    dueAt: null,
    mergedAt: null,
  };
}

/** Every call begins anew, so nobody goes on with one that a killed daemon, or a person, has left. */
function giveUpEarlier(parts: Parts, { slug }: Project, diary: Diary): void {
  for (const earlier of listOpen(parts, slug, 'rollback')) {
    giveUp(parts, earlier);
    diary.done('abandon', `${earlier.id} is given up for this one; its branch stays`);
  }
}

/** The newest integration that the parent has and that something came after; else where the last one began. */
async function findAim(
  { integrator, gitJournal }: Parts,
  { watch }: GitTools,
  project: Project,
  to: string | undefined,
): Promise<Aim> {
  const { parent } = await watch.look(project, { isFresh: true });
  const tip = parent.commit ?? parent.remoteCommit;
  if (tip === null) throw errors.nothingToRollBack(project.parentBranch);
  const done = gitJournal
    .listIntegrations(project.slug)
    .filter(({ kind, state }) => kind === 'integration' && state === 'merged');
  if (to !== undefined) {
    const known = done.find(({ id }) => id === to);
    const target = known?.head ?? to;
    if (!(await integrator.isAncestor(project.path, target, tip)))
      throw errors.notBefore(to, project.parentBranch);
    return { tip, target, why: `back to ${to}, as you asked` };
  }
  for (const { id, head } of done)
    if (head !== tip && (await integrator.isAncestor(project.path, head, tip)))
      return { tip, target: head, why: `back to ${id}, the last integration that something came after` };
  const last = done.at(-1);
  if (!last || last.base === tip) throw errors.nothingToRollBack(project.parentBranch);
  return { tip, target: last.base, why: `back to where ${last.id}, the only integration, began` };
}

/** @returns what is left for the person to do, or `null` */
async function moveBack(
  { integrator, bus }: Parts,
  { watch, notices, people }: GitTools,
  project: Project,
  { tip, target }: Aim,
  diary: Diary,
): Promise<string | null> {
  const branch = project.parentBranch;
  const moved = await integrator.moveBack({ directory: project.path, branch, to: target });
  if (moved.status === 'left') return `Nothing was moved: ${moved.why}. Do it with: ${moved.how}`;
  diary.done(
    'force',
    `${branch} was moved back to ${target.slice(0, 12)}; what it had is ${tip.slice(0, 12)}`,
  );
  const { remote, parent } = await watch.look(project);
  let next: string | null = null;
  if (remote !== null && parent.remoteCommit !== null) {
    const lease = { branch, commit: parent.remoteCommit };
    const why = await integrator.push(project.path, remote, `${target}:refs/heads/${branch}`, { lease });
    if (why === null) diary.done('push', `${remote} was moved back, too`);
    else next = `${remote} was not moved: ${why}`;
  }
  for (const recipient of everybody(people, project))
    notices.tell({
      recipient,
      severity: 'warning',
      text: `${branch} was moved back to ${target.slice(0, 12)}. In your worktree: git rebase --onto ${branch} ${tip.slice(0, 12)}`,
    });
  bus.publish(
    'git.parent_forced',
    { branch, from: tip, to: target },
    { source: 'git', project: project.slug, severity: 'critical' },
  );
  return next;
}
