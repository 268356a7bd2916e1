import type { GitStatus } from '@orc/contracts';
import type { RepositoryFacts } from '@orc/git-monitor';
import type { Agent, Project } from '@orc/registry';
import type { AgentState } from '@orc/contracts';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import type { createIntegrate } from './integrate.ts';
import type { createLanes } from './lanes.ts';
import type { createRollback } from './rollback.ts';
import { syncAgent } from './sync.ts';
import type { GitTools } from './tools.ts';
import { roleOf } from './watched.ts';

export type GitNames =
  | 'gitStatus'
  | 'gitRadar'
  | 'gitCheck'
  | 'gitIntegrate'
  | 'gitRollback'
  | 'gitSync'
  | 'lanes'
  | 'changeLanes';

const DAY_MS = 86_400_000;

/** Roles that bring branches together; everybody else works on one (W-06, G-18). */
const INTEGRATORS: ReadonlySet<string> = new Set(['project-manager', 'orchestrator']);

interface Deps {
  readonly tools: GitTools;
  readonly targets: Targets;
  readonly integrate: ReturnType<typeof createIntegrate>;
  readonly rollback: ReturnType<typeof createRollback>;
  readonly lanes: ReturnType<typeof createLanes>;
  readonly stateOf: (agent: Agent) => AgentState;
  readonly news: (radar: Awaited<ReturnType<GitTools['watch']['radar']>>) => void;
}

export function createGitHandlers(parts: Parts, deps: Deps): HandlersOf<GitNames> {
  const { registry } = parts;
  const { tools, targets, integrate, rollback, lanes, stateOf } = deps;
  const projectOf = (caller: Caller, name: string | undefined): Project =>
    registry.getProject(targets.projectOf(caller, name));
  const onlyIntegrators = (caller: Caller, what: string): void => {
    if (caller.type === 'agent' && !INTEGRATORS.has(roleOf(targets.agent(caller.name))))
      throw errors.forbidden(what);
  };

  return {
    ...createLookHandlers(parts, deps, projectOf),
    gitIntegrate: ({ caller, body, progress }) => {
      const { project, ...options } = body;
      if (options.abandon || !options.dryRun)
        onlyIntegrators(caller, 'integrate branches; the project manager does');
      if (options.abandon && options.dryRun)
        throw errors.badRequest(['abandon: a dry run gives nothing up; leave one of them out']);
      if (options.updateCheckout && caller.type === 'agent')
        throw errors.forbidden("change a person's checkout");
      return integrate.run(projectOf(caller, project), options, progress);
    },
    gitRollback: ({ caller, body, progress }) => {
      const { project, to, confirm, ...flags } = body;
      onlyIntegrators(caller, 'roll back; the project manager does');
      if ((flags.force || flags.updateCheckout) && caller.type === 'agent')
        throw errors.forbidden('force a branch or change a checkout');
      return rollback(projectOf(caller, project), { to, confirm, ...flags }, progress);
    },
    gitSync: async ({ caller, body }) => {
      const project = projectOf(caller, body.project);
      const find = async (name: string) => targets.agent(await targets.resolve(name, caller, project.slug));
      if (caller.type === 'agent' && body.agent === undefined) body.agent = caller.name;
      if (body.agent === undefined) throw errors.badRequest(['agent: say whose branch to bring up to date']);
      const agent = await find(body.agent);
      const isSelf = caller.name === agent.id;
      if (caller.type === 'agent' && !isSelf) onlyIntegrators(caller, "change another agent's worktree");
      const from = body.from === undefined ? undefined : await find(body.from);
      return syncAgent(parts, tools, { project, agent, from, isSelf, isBusy: isBusy(stateOf(agent)) });
    },
    lanes: ({ caller, query }) => lanes.status(projectOf(caller, query.project)),
    changeLanes: ({ caller, body }) => {
      onlyIntegrators(caller, 'switch the fast lanes; the project manager does');
      const project = projectOf(caller, body.project);
      lanes.switch(project, body.isOn, caller.name);
      return lanes.status(project);
    },
  };
}

/** Calls that change nothing in a repository but what was fetched. */
function createLookHandlers(
  { gitJournal, integrator, clock }: Parts,
  { tools: { watch }, news }: Deps,
  projectOf: (caller: Caller, name: string | undefined) => Project,
): HandlersOf<'gitStatus' | 'gitRadar' | 'gitCheck'> {
  return {
    gitStatus: async ({ caller, query }) =>
      viewOf(await watch.look(projectOf(caller, query.project), { isFresh: query.fresh ?? false })),
    gitRadar: async ({ caller, query }) => {
      const project = projectOf(caller, query.project);
      const radar = await watch.radar(project);
      if (project.status === 'active') news(radar);
      const open = gitJournal
        .openEpisodes(project.slug)
        .map(({ owners, file, kind, openedAt }) => ({ owners, file, kind, since: openedAt }));
      const { at, owners, pairs, rehearsed } = radar;
      return { project: project.slug, at, owners, pairs, rehearsed, open };
    },
    gitCheck: async ({ caller, query }) => {
      const project = projectOf(caller, query.project);
      const before = await watch.look(project, { isFresh: true });
      const why = before.remote === null ? null : await integrator.fetch(project.path, before.remote);
      const fetch = before.remote === null ? 'no remote' : (why ?? `${before.remote} was fetched`);
      const health = await integrator.health(await watch.look(project), clock.now() - DAY_MS);
      const syncs = gitJournal
        .openSyncs(project.slug)
        .map(({ agent, sha, dueAt, isOverdue }) => ({ agent, sha, dueAt, isOverdue }));
      return {
        project: project.slug,
        at: clock.now(),
        parent: project.parentBranch,
        fetch,
        syncs,
        ...health,
      };
    },
  };
}

/** In a turn, or where nobody can tell. */
export function isBusy({ state }: AgentState): boolean {
  return state === 'working' || state === 'starting' || state === 'blocked' || state === 'unknown';
}

function viewOf({ key, path, at, parent, remote, pulls, agents }: RepositoryFacts): GitStatus {
  const why = pulls.status === 'unknown' ? pulls.why : null;
  return { project: key, path, at, parent, remote, pulls: { status: pulls.status, why }, agents };
}
