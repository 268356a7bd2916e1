import type { Project } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { createTurns } from '../system/turns.ts';
import { ensureAgent, memberOf } from './agents.ts';
import { takeDown } from './down.ts';
import type { Lifecycle } from './launch.ts';
import { makePlan } from './plan.ts';
import type { createResume } from './resume.ts';
import type { Up } from './up.ts';
import type { Views } from './views.ts';

interface Deps {
  readonly catalogue: Catalogue;
  readonly targets: Targets;
  readonly views: Views;
  readonly launcher: Pick<Lifecycle, 'end'>;
  readonly up: Up;
  readonly resume: ReturnType<typeof createResume>;
}

/** Calls about a whole team: planned, started, brought back, taken down. */
export function createTeamHandlers(parts: Parts, deps: Deps): HandlersOf<'plan' | 'up' | 'resume' | 'down'> {
  const { registry } = parts;
  const { targets, views } = deps;
  const projectFor = (caller: Caller, name: string | undefined): Project =>
    registry.getProject(targets.projectOf(caller, name));
  const agentsOf = (project: string) =>
    registry
      .listAgents({ project })
      .filter(({ desired }) => desired !== 'ended')
      .map(views.agent);
  // Two people who start the same team at once would start it twice.
  const turns = createTurns();
  return {
    plan: async ({ body }) => (await makePlan(parts, deps.catalogue, body)).view,
    up: async ({ body, progress }) => {
      const { project, did, tmuxSession } = await turns('teams', () => deps.up(body, progress));
      return { project, changed: did.length > 0, did, agents: agentsOf(project), tmuxSession };
    },
    resume: async ({ caller, body, progress }) => {
      const project = projectFor(caller, body.project);
      const { added, classified, did } = await turns('teams', async () => ({
        added: body.statusOnly ? [] : await addRoles(parts, deps, project, body.addRoles),
        ...(await deps.resume(project, body, progress)),
      }));
      return {
        project: project.slug,
        changed: did.length + added.length > 0,
        did: [...added, ...did],
        agents: classified.map(({ agent, verdict, plan, missing }) => ({
          ...views.agent(registry.getAgent(agent.id)),
          verdict,
          plan,
          missing: [...missing],
        })),
      };
    },
    down: async ({ caller, body, progress }) => {
      const project = projectFor(caller, body.project);
      const { did, rescues } = await turns('teams', () => takeDown(parts, deps, project, body, progress));
      return { project: project.slug, changed: did.length > 0, did, rescues };
    },
  };
}

async function addRoles(
  parts: Parts,
  { catalogue }: Deps,
  project: Project,
  roles: readonly string[],
): Promise<string[]> {
  const did: string[] = [];
  for (const name of roles) {
    const { agent, isNew } = await ensureAgent(parts, project, memberOf(catalogue, name, null));
    if (isNew) did.push(`added ${agent.id}`);
  }
  return did;
}
