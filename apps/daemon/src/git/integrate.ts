import type { IntegrationAnswer, Progress } from '@orc/contracts';
import type { Integration, IntegrationPlan, TestRun } from '@orc/git-monitor';
import type { Project } from '@orc/registry';
import { errors } from '../errors.ts';
import { noticeId } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { Turns } from '../system/turns.ts';
import { ensureIntegrationWorktree, findIntegrationWorktree, keepAndReset } from './integration-worktree.ts';
import { mergeSteps } from './merge-steps.ts';
import { nameOwnBranch } from './own-branches.ts';
import { createPublishing, type Published } from './publishing.ts';
import { runGate } from './gate.ts';
import type { GitTools } from './tools.ts';

export interface IntegrateOptions {
  readonly only: readonly string[];
  readonly dryRun: boolean;
  readonly withoutTests: boolean;
  readonly updateCheckout: boolean;
  readonly abandon: boolean;
}

export type Report = (progress: Progress) => void;

/** States in which the next call goes on where the last one stopped. */
const OPEN: ReadonlySet<Integration['state']> = new Set([
  'merging',
  'conflict',
  'untested',
  'failed',
  'tested',
  'published',
]);

/** What has begun and not ended, the newest first. Of integrations there is one at most. */
export function listOpen(
  { gitJournal }: Pick<Parts, 'gitJournal'>,
  slug: string,
  wanted: Integration['kind'],
): Integration[] {
  return gitJournal.listIntegrations(slug).filter(({ kind, state }) => kind === wanted && OPEN.has(state));
}

/** What one call did, collected step by step and told as it happens. */
export interface Diary {
  readonly did: string[];
  readonly done: (step: string, text: string) => void;
}

function createDiary(report: Report): Diary {
  const did: string[] = [];
  return {
    did,
    done(step, text) {
      did.push(text);
      report({ step, text });
    },
  };
}

/**
 * The project manager's whole protocol. Every step is written down before the next one and can be repeated:
 * what was merged is found again in the branch itself, tests of a commit are not run twice, and a pull
 * request is looked for before it is opened. So a call after a kill, or after a conflict was solved, goes on.
 */
export function createIntegrate(parts: Parts, tools: GitTools, turns: Turns) {
  const publishing = createPublishing(parts, tools);
  const run = async (
    project: Project,
    options: IntegrateOptions,
    report: Report,
  ): Promise<IntegrationAnswer> => {
    const diary = createDiary(report);
    if (!options.dryRun) await publishing.settle(project);
    const [open] = listOpen(parts, project.slug, 'integration');
    if (options.abandon) {
      const [rollback] = listOpen(parts, project.slug, 'rollback');
      return abandon(parts, project, open ?? rollback, diary);
    }
    const only = open ? branchesOf(open, options.only) : options.only;
    const plan = await makePlan(parts, tools, project, { only, dryRun: options.dryRun });
    const base = { project, plan, diary };
    if (options.dryRun) return answer({ ...base, outcome: 'planned', integration: open ?? null });
    const begun = open ?? (await begin(parts, project, plan));
    if (!begun || (!open && plan.checks.some(({ status }) => status === 'failed')))
      return answer({ ...base, outcome: 'refused', integration: null, next: adviceOn(plan) });
    if (!open)
      diary.done('plan', `${begun.id} begins on ${project.parentBranch} (${begun.base.slice(0, 12)})`);
    parts.gitJournal.saveIntegration(begun);
    return carryOn(parts, { tools, publishing, project, plan, diary, options }, begun);
  };
  return {
    run: (project: Project, options: IntegrateOptions, report: Report) =>
      turns(project.slug, () => run(project, options, report)),
    /** Notices that a person, or GitHub, has merged what was published. */
    settle: (project: Project) => turns(project.slug, () => publishing.settle(project)),
  };
}

/** The branches that are under way; others that are asked for have to wait. @throws ORC_DAEMON_OTHER_INTEGRATION */
function branchesOf({ id, steps }: Integration, wanted: readonly string[]): string[] {
  const branches = steps.map(({ branch }) => branch);
  if (wanted.some((branch) => !branches.includes(branch))) throw errors.otherIntegration(id, branches);
  return branches;
}

interface Course {
  readonly tools: GitTools;
  readonly publishing: ReturnType<typeof createPublishing>;
  readonly project: Project;
  readonly plan: IntegrationPlan;
  readonly diary: Diary;
  readonly options: IntegrateOptions;
}

async function carryOn(parts: Parts, course: Course, begun: Integration): Promise<IntegrationAnswer> {
  const { tools, publishing, project, plan, diary, options } = course;
  const path = await ensureIntegrationWorktree(parts, project, { branch: begun.id, from: begun.base });
  await keepAndReset(parts, project, path);
  const steps = await mergeSteps(parts, tools, { project, integration: begun, path, diary });
  const merged = steps.state === 'conflict' ? steps : await takeOverParent(parts, course, steps, path);
  await parts.integrator.reset(path);
  const base = { project, plan, diary, path };
  if (merged.state === 'conflict')
    return answer({
      ...base,
      outcome: 'conflict',
      integration: merged,
      next: adviceOnConflict(merged),
    });
  const gate = await runGate(parts, tools, { project, integration: merged, path, diary, options });
  if (gate.stop)
    return answer({
      ...base,
      outcome: gate.stop,
      integration: gate.integration,
      test: gate.test,
      next: gate.next,
    });
  const published: Published = await publishing.publish(project, gate.integration, {
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
}

/** The parent may have moved on since the integration began; what is tested holds all of it. */
async function takeOverParent(
  { integrator, gitJournal, clock }: Parts,
  { plan, diary }: Course,
  integration: Integration,
  path: string,
): Promise<Integration> {
  if (plan.base === null) return integration;
  const merged = await integrator.merge({
    directory: path,
    branch: integration.id,
    tip: plan.base,
    message: `Integration: take over ${integration.parent}`,
  });
  if (merged.status === 'contained') return integration;
  const taken =
    merged.status === 'merged'
      ? { ...integration, head: merged.head }
      : { ...integration, state: 'conflict' as const, dueAt: clock.now() };
  const { parent } = integration;
  if (merged.status === 'merged') diary.done('merge', `took over what is new on ${parent}`);
  else diary.done('conflict', `stopped: ${parent} has moved on and is in conflict with this`);
  gitJournal.saveIntegration(taken);
  return taken;
}

/** Fetches, looks anew, and says what would be merged in which order. A dry run does not even fetch. */
async function makePlan(
  { integrator }: Parts,
  { watch }: GitTools,
  project: Project,
  { only, dryRun }: { readonly only: readonly string[]; readonly dryRun: boolean },
): Promise<IntegrationPlan> {
  const before = await watch.look(project, { isFresh: true });
  if (before.remote === null) return integrator.plan({ facts: before, fetched: { status: 'none' }, only });
  if (dryRun) return integrator.plan({ facts: before, fetched: { status: 'not-asked' }, only });
  const why = await integrator.fetch(project.path, before.remote);
  const facts = await watch.look(project, { isFresh: true });
  const fetched = why === null ? ({ status: 'done' } as const) : ({ status: 'failed', why } as const);
  return integrator.plan({ facts, fetched, only });
}

async function begin(
  parts: Parts,
  project: Project,
  plan: IntegrationPlan,
): Promise<Integration | undefined> {
  if (plan.base === null || plan.steps.length === 0) return undefined;
  return {
    id: await nameOwnBranch(parts, project, 'integration'),
    project: project.slug,
    kind: 'integration',
    state: 'merging',
    parent: project.parentBranch,
    base: plan.base,
    head: plan.base,
    steps: plan.steps.map((step) => ({ ...step, state: 'waiting', conflicts: [] })),
    pull: null,
    createdAt: parts.clock.now(),
    dueAt: null,
    mergedAt: null,
  };
}

async function abandon(
  parts: Parts,
  project: Project,
  open: Integration | undefined,
  diary: Diary,
): Promise<IntegrationAnswer> {
  const plan = { checks: [], base: null, steps: [], skipped: [] };
  if (!open)
    return answer({
      project,
      plan,
      diary,
      outcome: 'refused',
      integration: null,
      next: 'No integration is open.',
    });
  const given = giveUp(parts, open);
  const worktree = await findIntegrationWorktree(parts, project);
  if (worktree?.branch === open.id) await parts.worktrees.remove({ path: worktree.path, force: true });
  diary.done('abandon', `${open.id} is given up; its branch stays, and ${project.parentBranch} is as it was`);
  return answer({ project, plan, diary, outcome: 'abandoned', integration: given });
}

/** Nobody goes on with it; its branch stays. */
export function giveUp(
  { bus, gitJournal }: Pick<Parts, 'bus' | 'gitJournal'>,
  open: Integration,
): Integration {
  const { id: branch, project } = open;
  const id = noticeId('git.integration_abandoned', project, branch);
  bus.publish('git.integration_abandoned', { branch }, { id, source: 'git', project });
  const given = { ...open, state: 'abandoned' as const, dueAt: null };
  gitJournal.saveIntegration(given);
  return given;
}

/** Only who owns a branch that conflicts is told: the parent belongs to nobody. */
function adviceOnConflict({ id, parent, steps }: Integration): string {
  if (steps.some(({ state }) => state === 'conflict'))
    return 'The owners were told. When it is solved on a branch, "orc git integrate" goes on.';
  return `${parent} has moved on and is in conflict with ${id}. Solve it on a branch that is part of it (git merge ${id}, git merge ${parent}) and run this again, or give it up with "orc git integrate --abandon".`;
}

function adviceOn({ checks }: IntegrationPlan): string {
  const failed = checks.filter(({ status }) => status === 'failed').map(({ text }) => text);
  return `Nothing was changed: ${failed.join('; ')}.`;
}

export function answer(input: {
  readonly project: Project;
  readonly outcome: IntegrationAnswer['outcome'];
  readonly plan: IntegrationPlan;
  readonly diary: Diary;
  readonly integration: Integration | null;
  readonly path?: string;
  readonly test?: TestRun | undefined;
  readonly next?: string | null | undefined;
}): IntegrationAnswer {
  const { project, outcome, plan, diary, integration, path, test, next } = input;
  return {
    project: project.slug,
    outcome,
    checks: plan.checks,
    steps: outcome === 'planned' || !integration ? plan.steps : integration.steps,
    skipped: plan.skipped,
    integration,
    path: path ?? null,
    test: test ?? null,
    did: diary.did,
    next: next ?? null,
  };
}
