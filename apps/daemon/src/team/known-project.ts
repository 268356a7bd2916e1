import type { Project } from '@orc/registry';
import { mergePlan } from '@orc/task-board';
import { teamMatrix, type Catalogue } from '@orc/team-planner';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { JOINED_LATER } from './agents.ts';
import { readDecided, type Changes } from './decided.ts';
import { makePlan, type UpRequest } from './plan.ts';

interface Deps {
  readonly catalogue: Catalogue;
  readonly notices: Notices;
}

type Done = (step: string, text: string) => void;

/** Applies what a second `up` asks to be different, each with a line that says so. */
export async function applyChanges(
  parts: Parts,
  deps: Deps,
  {
    project,
    request,
    changes,
  }: { readonly project: Project; readonly request: UpRequest; readonly changes: Changes },
  done: Done,
): Promise<void> {
  const { registry } = parts;
  const { slug } = project;
  const { runtime, plan, profile, spec, addRoles } = changes;
  if (runtime !== undefined) {
    registry.updateProject(slug, { runtime });
    for (const { id, desired } of registry.listAgents({ project: slug }))
      if (desired !== 'ended') registry.updateAgent(id, { runtime });
    done('runtime', `${slug} runs on ${runtime} from now on`);
  }
  if (plan !== undefined) {
    registry.updateProject(slug, { plan });
    done('plan', `the plan of ${slug} is ${plan} from now on; its team stays as it is`);
  }
  if (addRoles.length > 0) await addMembers(parts, deps.catalogue, { project: slug, request }, done);
  if (profile !== undefined) changeHub(parts, deps, slug, profile, done);
  if (spec !== undefined) await changeSpec(parts, deps.catalogue, slug, { ...request, spec }, done);
}

/** The stored plan with another part; what it says beside that stays. */
function patchPlan(
  { planDocument }: Project,
  patch: { readonly team?: object; readonly tasks?: readonly object[] },
) {
  const plan = (planDocument ?? {}) as { team?: object };
  return { ...plan, ...patch, team: { ...plan.team, ...patch.team } };
}

/** Roles that join the team, with those that they need; what the plan has no room for is said. */
async function addMembers(
  parts: Parts,
  catalogue: Catalogue,
  { project: slug, request }: { readonly project: string; readonly request: UpRequest },
  done: Done,
): Promise<void> {
  const { planner: _outlineWillDo, ...rest } = request;
  const { team } = await makePlan(parts, catalogue, rest);
  const project = parts.registry.getProject(slug);
  const { members } = readDecided(project);
  const added = team.members
    .filter(({ name }) => !members.some((member) => member.name === name))
    .map((member) => ({ ...member, reason: JOINED_LATER }));
  for (const { role, reason } of team.dropped) done('team', `${role} was left out: ${reason}`);
  if (added.length === 0) return;
  const planDocument = patchPlan(project, { team: { members: [...members, ...added] } });
  parts.registry.updateProject(slug, { planDocument });
}

/** Where reports go, and who may talk to whom: only what is said changes, so a team at work goes on. */
function changeHub(
  { registry }: Parts,
  { catalogue, notices }: Deps,
  slug: string,
  profile: string,
  done: Done,
): void {
  const project = registry.getProject(slug);
  const { members } = readDecided(project);
  const matrix = teamMatrix({ catalogue, type: project.teamType, profile, members });
  registry.updateProject(slug, { hub: matrix.hub, planDocument: patchPlan(project, { team: { matrix } }) });
  const text = `Reports go to ${slug}/${matrix.hub} from now on (${profile}). "orc routing show" prints who talks to whom.`;
  for (const { id, desired } of registry.listAgents({ project: slug }))
    if (desired === 'running') notices.tell({ recipient: id, severity: 'warning', text });
  done('hub', `reports of ${slug} go to ${matrix.hub} from now on (${profile})`);
}

/** Another specification: what it has more is added, and what it has no more is named and stays. */
async function changeSpec(
  parts: Parts,
  catalogue: Catalogue,
  slug: string,
  request: UpRequest & { readonly spec: { readonly path: string; readonly text: string } },
  done: Done,
): Promise<void> {
  const { registry, board } = parts;
  const { view } = await makePlan(parts, catalogue, request);
  const project = registry.getProject(slug);
  const { added, gone } = mergePlan(slug, board.list({ project: slug }), view.tasks);
  const { tasks } = readDecided(project);
  // The plan is kept with its new tasks before they are on the board: after a crash the next `up` adds them.
  registry.updateProject(slug, {
    specPath: request.spec.path,
    specText: request.spec.text,
    planDocument: patchPlan(project, { tasks: [...tasks, ...added] }),
  });
  const titles = added.map(({ title }) => title).join('; ');
  done(
    'spec',
    added.length === 0
      ? 'the new spec is kept; it adds no task'
      : `the new spec adds ${added.length} tasks: ${titles}`,
  );
  const open = gone.filter(({ id }) => board.get(id).outcome === null);
  if (open.length > 0) {
    const names = open.map(({ id, title }) => `${id} (${title})`).join(', ');
    done(
      'spec',
      `no longer in the spec, and still on the board: ${names}. Close what nobody needs with "orc task fail".`,
    );
  }
}
