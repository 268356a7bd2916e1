import type { Progress } from '@orc/contracts';
import { agentIdOf, operator } from '@orc/contracts';
import { describeError, isOrcError } from '@orc/errors';
import type { Agent, Project } from '@orc/registry';
import type { Catalogue, TeamMember } from '@orc/team-planner';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { hasLivingWindow } from '../supervision/identity.ts';
import { isSurelyRunning } from '../supervision/lost.ts';
import type { HandOut } from '../tasks/hand-out.ts';
import { ensureAgent } from './agents.ts';
import { findChanges, readDecided } from './decided.ts';
import { applyChanges } from './known-project.ts';
import { requireVersion, type Launcher } from './launch.ts';
import { makePlan, type Planned, type UpRequest } from './plan.ts';
import type { Readiness } from './readiness.ts';

export interface UpResult {
  readonly project: string;
  readonly did: string[];
  readonly tmuxSession: string;
}

export interface Up {
  (request: UpRequest, progress: (progress: Progress) => void): Promise<UpResult>;
}

interface Deps {
  readonly catalogue: Catalogue;
  readonly notices: Notices;
  readonly launcher: Launcher;
  readonly handOut: HandOut;
  readonly readiness: Readiness;
}

type Done = (step: string, text: string) => void;

/** Agents that could not be made or started while the others were, each with its error, the first one first. */
type Failed = Map<string, unknown>;

interface Outcomes {
  readonly done: Done;
  readonly failed: Failed;
}

/**
 * From a repository and a spec to a team at work. Every step is written down when it is done and can be
 * repeated: after a crash in the middle, or on a second call, only what is missing is done. What was decided
 * for a project stays decided; a call that asks for something else is applied, or refused before it begins.
 */
export function createUp(parts: Parts, deps: Deps): Up {
  return async (request, report) => {
    const did: string[] = [];
    const done: Done = (step, text) => {
      did.push(text);
      report({ step, text });
    };
    const { root } = await parts.worktrees.inspectRepository(request.path);
    const known = parts.registry.findProjectByPath(root);
    const project = known
      ? await changeKnown(parts, deps, { known, request }, done)
      : await foundProject(parts, deps, request, done);
    const failed = await bringUp(parts, deps, project, { done, report });
    if (did.length > 0 && parts.registry.getProject(project.slug).status === 'active')
      parts.bus.publish(
        'project.started',
        { did },
        { source: 'team', project: project.slug, severity: 'notice' },
      );
    throwFirst(failed);
    return { project: project.slug, did, tmuxSession: project.tmuxSession };
  };
}

/** What is there already, with what this call asks to be different. */
async function changeKnown(
  parts: Parts,
  deps: Deps,
  { known, request }: { readonly known: Project; readonly request: UpRequest },
  done: Done,
): Promise<Project> {
  const { registry } = parts;
  const isRunning = registry
    .listAgents({ project: known.slug })
    .some(({ desired, paneId }) => desired === 'running' && paneId !== null);
  const changes = findChanges(deps.catalogue, known, request, { isRunning });
  await requireVersion(parts.runtimes.find(changes.runtime ?? known.runtime));
  await applyChanges(parts, deps, { project: known, request, changes }, done);
  if (known.status === 'stopped') registry.updateProject(known.slug, { status: 'setting-up' });
  return registry.getProject(known.slug);
}

async function foundProject(parts: Parts, deps: Deps, request: UpRequest, done: Done): Promise<Project> {
  const planned = await makePlan(parts, deps.catalogue, request);
  // A runtime that is not there is said before anything is made.
  await requireVersion(parts.runtimes.find(planned.view.runtime));
  return saveProject(parts, request, planned, done);
}

async function saveProject(
  parts: Parts,
  request: UpRequest,
  { view, team }: Planned,
  done: Done,
): Promise<Project> {
  const { registry, worktrees, clock } = parts;
  const parent = await worktrees.recordParent({ repository: view.path, project: view.project });
  registry.saveProject({
    slug: view.project,
    name: request.name ?? view.project,
    path: view.path,
    parentBranch: parent,
    specPath: request.spec?.path ?? null,
    specText: request.spec?.text ?? null,
    teamType: team.type,
    plan: team.plan,
    size: team.size,
    runtime: view.runtime,
    tmuxSession: view.project,
    status: 'setting-up',
    hub: team.matrix.hub,
    createdAt: clock.now(),
    planDocument: view,
  });
  registry.recordStep(view.project, 'planned');
  done(
    'plan',
    `planned ${team.members.length} agents and ${view.tasks.length} tasks for ${view.project}, reporting to ${operator}`,
  );
  return registry.getProject(view.project);
}

/** Makes everything that was decided and is missing: agents, tasks, windows. Returns whom that failed for. */
async function bringUp(
  parts: Parts,
  deps: Deps,
  project: Project,
  { done, report }: { readonly done: Done; readonly report: (progress: Progress) => void },
): Promise<Failed> {
  const { registry } = parts;
  const { slug } = project;
  const outcomes: Outcomes = { done, failed: new Map() };
  await makeDecided(parts, project, (member) => !isEnded(parts, slug, member), outcomes);
  const launched = await launchEach(parts, deps, project, outcomes);
  if (launched.length > 0) await deps.readiness.wait(launched, report);
  deps.handOut(slug);
  if (project.status !== 'active' && isUp(launched, outcomes))
    registry.updateProject(slug, { status: 'active' });
  if (outcomes.failed.size === 0) registry.recordStep(slug, 'active');
  return outcomes.failed;
}

/** Whether a project is at work when all was tried. */
export function isUp(launched: readonly string[], { failed }: Pick<Outcomes, 'failed'>): boolean {
  return launched.length > 0 || failed.size === 0;
}

/** What has held up nobody else is an error all the same, for whoever asked. */
export function throwFirst(failed: Failed): void {
  for (const error of failed.values()) throw error;
}

/**
 * The agents that were decided and are asked for, each with its worktree, and the tasks. Repeating changes
 * nothing. Whom it fails for is reported and holds up nobody else.
 */
export async function makeDecided(
  parts: Parts,
  project: Project,
  isWanted: (member: TeamMember) => boolean,
  { done, failed }: Outcomes,
): Promise<void> {
  const { members, tasks } = readDecided(project);
  for (const member of members.filter(isWanted)) {
    try {
      const { agent, isNew } = await ensureAgent(parts, project, member);
      if (isNew)
        done(
          'worktree',
          `${agent.id} works in ${agent.worktreePath} on ${agent.branch ?? 'a detached commit'}`,
        );
    } catch (error) {
      const id = agentIdOf(project.slug, member.name);
      failed.set(id, error);
      done('worktree', `could not make the worktree of ${id}: ${describeError(error)}`);
    }
  }
  const added = parts.board.addTasks(project.slug, tasks);
  if (added.length > 0) done('tasks', `${added.length} tasks are on the board`);
}

/** Somebody has ended this agent for good; whoever wants it back adds it. */
function isEnded({ registry }: Pick<Parts, 'registry'>, project: string, { name }: TeamMember): boolean {
  return registry.findAgent(`${project}/${name}`)?.desired === 'ended';
}

interface Missing {
  readonly agent: Agent;
  readonly hasWindow: boolean;
}

/** The agents of the project that have no living window, or one in which they are not to run any more. */
async function findMissing(
  { registry, tmux, panes }: Parts,
  project: Project,
  wanted: readonly string[] | undefined,
): Promise<Missing[]> {
  // The agents before the windows: one that is started in between has a window and is not known to run yet.
  const agents = registry
    .listAgents({ project: project.slug })
    .filter(({ id, desired }) => desired !== 'ended' && (wanted?.includes(id) ?? true));
  const driver = await tmux();
  const listed = await panes();
  return agents
    .map((agent) => ({ agent, hasWindow: hasLivingWindow(agent, driver, listed) }))
    .filter(({ agent, hasWindow }) => !hasWindow || agent.desired !== 'running');
}

/** It may be in the middle of its work, so that it is ended only when somebody says so. */
function runsWithoutWindow(parts: Pick<Parts, 'registry'>, agent: Agent): boolean {
  return agent.paneId !== null && isSurelyRunning(parts, agent);
}

/**
 * Starts every agent of the project that does not run in a window, side by side, and takes back ends that were
 * broken off. Returns those that run by that: one that has to wait, that cannot be started, or that the machine cannot carry, is reported and does not hold
 * up the others. Who has failed before is not tried again.
 */
export async function launchEach(
  parts: Parts,
  { launcher }: Pick<Deps, 'launcher'>,
  project: Project,
  { done, failed, wanted }: Outcomes & { readonly wanted?: readonly string[] },
): Promise<string[]> {
  const missing = (await findMissing(parts, project, wanted)).filter(({ agent }) => !failed.has(agent.id));
  const driver = await parts.tmux();
  await driver.ensureSession({ name: project.tmuxSession, directory: project.path });
  const launched: string[] = [];
  await Promise.all(
    missing.map(async ({ agent, hasWindow }) => {
      const { id, launchCount } = agent;
      if (!hasWindow && runsWithoutWindow(parts, agent))
        return done('launch', `${id} runs without its window: "orc agent restart ${id}" gives it one`);
      try {
        const launch = await launcher.launch(id, launchCount === 0 ? 'start' : 'resume');
        if (launch.outcome === 'unwanted') return;
        if (launch.outcome === 'waits') {
          if (launch.isNew) done('launch', `${id} waits to be started: ${launch.why}`);
          return;
        }
        launched.push(id);
        done('launch', launch.outcome === 'runs' ? `${id} runs already` : `started ${id}`);
      } catch (error) {
        if (isOrcError(error, 'ORC_DAEMON_NOT_ADMITTED')) return done('launch', error.message);
        failed.set(id, error);
        done('launch', `could not start ${id}: ${describeError(error)}`);
      }
    }),
  );
  return launched;
}
