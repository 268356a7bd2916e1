import type { Progress } from '@orc/contracts';
import { operator } from '@orc/contracts';
import type { Project } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Parts } from '../parts.ts';
import type { HandOut } from '../tasks/hand-out.ts';
import { ensureAgent } from './agents.ts';
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
  readonly launcher: Launcher;
  readonly handOut: HandOut;
  readonly readiness: Readiness;
}

/**
 * From a repository and a spec to a team at work. Every step is written down when it is done and can be
 * repeated: after a crash in the middle, or on a second call, only what is missing is done.
 */
export function createUp(parts: Parts, deps: Deps): Up {
  return async (request, report) => {
    const did: string[] = [];
    const done = (step: string, text: string) => {
      did.push(text);
      report({ step, text });
    };
    const planned = await makePlan(parts, deps.catalogue, request);
    // A runtime that is not there is said before anything is made.
    await requireVersion(parts.runtimes.find(planned.view.runtime));
    const project = await ensureProject(parts, request, planned, done);
    const members = planned.team.members;
    for (const member of members) {
      const { agent, isNew } = await ensureAgent(parts, project, member);
      if (isNew)
        done(
          'worktree',
          `${agent.id} works in ${agent.worktreePath} on ${agent.branch ?? 'a detached commit'}`,
        );
    }
    const added = parts.board.addTasks(project.slug, planned.view.tasks);
    if (added.length > 0) done('tasks', `${added.length} tasks are on the board`);
    const launched = await launchMissing(parts, deps, project, done);
    if (launched.length > 0) await deps.readiness.wait(launched, report);
    deps.handOut(project.slug);
    if (project.status !== 'active') parts.registry.updateProject(project.slug, { status: 'active' });
    parts.registry.recordStep(project.slug, 'active');
    if (did.length > 0)
      parts.bus.publish(
        'project.started',
        { did },
        { source: 'team', project: project.slug, severity: 'notice' },
      );
    return { project: project.slug, did, tmuxSession: project.tmuxSession };
  };
}

async function ensureProject(
  parts: Parts,
  request: UpRequest,
  { view, team }: Planned,
  done: (step: string, text: string) => void,
): Promise<Project> {
  const { registry, worktrees, clock } = parts;
  const known = registry.findProject(view.project);
  if (known) {
    if (known.status === 'stopped') registry.updateProject(known.slug, { status: 'setting-up' });
    return registry.getProject(known.slug);
  }
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

/** Starts every agent of the project that has no living window, side by side. */
export async function launchMissing(
  parts: Parts,
  { launcher }: Pick<Deps, 'launcher'>,
  project: Project,
  done: (step: string, text: string) => void,
  wanted?: readonly string[],
): Promise<string[]> {
  const driver = await parts.tmux();
  const alive = new Set(
    (await parts.panes()).filter(({ isDead }) => !isDead).map(({ paneId }) => String(paneId)),
  );
  const missing = parts.registry
    .listAgents({ project: project.slug })
    .filter((agent) => agent.desired !== 'ended' && (wanted === undefined || wanted.includes(agent.id)))
    .filter(
      (agent) =>
        agent.paneId === null || agent.tmuxServer?.pid !== driver.serverPid || !alive.has(agent.paneId),
    );
  await driver.ensureSession({ name: project.tmuxSession, directory: project.path });
  await Promise.all(
    missing.map(async (agent) => {
      await launcher.launch(agent.id, agent.launchCount === 0 ? 'start' : 'resume');
      done('launch', `started ${agent.id}`);
    }),
  );
  return missing.map(({ id }) => id);
}
