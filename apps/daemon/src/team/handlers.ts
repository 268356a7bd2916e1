import { agentIdOf } from '@orc/contracts';
import type { Project } from '@orc/registry';
import { getRole, type Catalogue } from '@orc/team-planner';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import type { HandOut } from '../tasks/hand-out.ts';
import { ensureAgent } from './agents.ts';
import type { Briefings } from './briefings.ts';
import { takeDown } from './down.ts';
import { endAgent } from './end.ts';
import type { Launcher } from './launch.ts';
import { makePlan } from './plan.ts';
import { rebrief, type createResume } from './resume.ts';
import type { Up } from './up.ts';
import type { Views } from './views.ts';

interface Deps {
  readonly catalogue: Catalogue;
  readonly targets: Targets;
  readonly views: Views;
  readonly up: Up;
  readonly resume: ReturnType<typeof createResume>;
  readonly launcher: Launcher;
  readonly briefings: Briefings;
  readonly handOut: HandOut;
}

export function createTeamHandlers(parts: Parts, deps: Deps): HandlersOf<'plan' | 'up' | 'resume' | 'down'> {
  const { registry } = parts;
  const { targets, views } = deps;
  const projectFor = (caller: Caller, name: string | undefined, path: string | undefined): Project => {
    const atPath = path === undefined ? undefined : registry.findProjectByPath(path);
    return atPath ?? registry.getProject(targets.projectOf(caller, name));
  };
  const agentsOf = (project: string) =>
    registry
      .listAgents({ project })
      .filter(({ desired }) => desired !== 'ended')
      .map(views.agent);
  return {
    plan: async ({ body }) => (await makePlan(parts, deps.catalogue, body)).view,
    up: async ({ body, progress }) => {
      const { project, did, tmuxSession } = await deps.up(body, progress);
      return { project, changed: did.length > 0, did, agents: agentsOf(project), tmuxSession };
    },
    resume: async ({ caller, body, progress }) => {
      const project = projectFor(caller, body.project, body.path);
      const added = body.statusOnly ? [] : await addRoles(parts, deps, project, body.addRoles);
      const { classified, did } = await deps.resume(project, body, progress);
      return {
        project: project.slug,
        changed: did.length + added.length > 0,
        did: [...added, ...did],
        agents: classified.map(({ agent, verdict, plan }) => ({
          ...views.agent(registry.getAgent(agent.id)),
          verdict,
          plan,
        })),
      };
    },
    down: async ({ caller, body, progress }) => {
      const project = projectFor(caller, body.project, body.path);
      const { did, rescues } = await takeDown(parts, project, body, progress);
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
    const { agent, isNew } = await ensureAgent(parts, project, memberFor(catalogue, name, null));
    if (isNew) did.push(`added ${agent.id}`);
  }
  return did;
}

function memberFor(catalogue: Catalogue, name: string, purpose: string | null) {
  const role = getRole(catalogue, name);
  return {
    name: purpose === null ? role.id : `temp-${purpose}`,
    role: role.id,
    title: role.title,
    branchPrefix: role.branchPrefix,
    windowName: purpose === null ? role.windowName : `TEMP-${purpose}`,
    purpose,
    reason: 'asked for',
  };
}

type AgentNames =
  'agents' | 'addAgent' | 'agent' | 'changeAgent' | 'agentScreen' | 'agentContext' | 'attachment';

export function createAgentHandlers(parts: Parts, deps: Deps): HandlersOf<AgentNames> {
  const { registry, tmux, panes } = parts;
  const { targets, views, launcher, briefings, handOut } = deps;
  const agentAt = ({ project, role }: { project: string; role: string }) =>
    targets.agent(agentIdOf(project, role));

  return {
    agents: ({ query }) => ({
      agents: registry
        .listAgents(query.project === undefined ? {} : { project: query.project })
        .map(views.agent),
    }),
    agent: ({ params }) => {
      const agent = agentAt(params);
      const { desired, sessionId, transcriptPath } = agent;
      return { ...views.agent(agent), desired, sessionId, transcriptPath, facts: registry.facts(agent.id) };
    },
    addAgent: async ({ caller, body }) => {
      const project = registry.getProject(targets.projectOf(caller, body.project));
      const { agent } = await ensureAgent(
        parts,
        project,
        memberFor(deps.catalogue, body.role, body.temporary ?? null),
      );
      if (agent.desired !== 'running') await launcher.launch(agent.id, 'start');
      handOut(project.slug);
      return views.agent(registry.getAgent(agent.id));
    },
    changeAgent: async ({ params, body }) => {
      const agent = agentAt(params);
      const answer = (changed: boolean, text: string, archive?: string | null) => ({
        changed,
        text,
        agent: views.agent(registry.getAgent(agent.id)),
        ...(typeof archive === 'string' && { archive }),
      });
      if (params.action === 'brief') {
        rebrief(parts, briefings, agent, registry.getProject(agent.project));
        return answer(true, `${agent.id} will be briefed again`);
      }
      const isRunning = agent.desired === 'running' && agent.paneId !== null;
      if (params.action === 'start') {
        if (isRunning) return answer(false, `${agent.id} runs already`);
        await launcher.launch(agent.id, 'start');
        handOut(agent.project);
        return answer(true, `started ${agent.id}`);
      }
      if (
        params.action !== 'restart' &&
        !isRunning &&
        agent.desired === (params.action === 'end' ? 'ended' : 'stopped')
      )
        return answer(false, `${agent.id} is not running`);
      const ended = await endAgent(parts, agent, params.action === 'end' ? 'ended' : 'stopped', body);
      if (params.action !== 'restart')
        return answer(true, `${params.action === 'end' ? 'ended' : 'stopped'} ${agent.id}`, ended.archive);
      await launcher.launch(agent.id, 'restart');
      return answer(true, `restarted ${agent.id}`, ended.archive);
    },
    agentScreen: async ({ params, query }) => {
      const { id, paneId } = agentAt(params);
      const driver = await tmux();
      const pane = (await panes()).find((each) => String(each.paneId) === paneId);
      if (!pane) throw errors.agentNotRunning(id);
      const screens = await driver.capture([pane.paneId], {
        ...(query.history !== undefined && { history: query.history }),
        escapes: query.escapes ?? false,
      });
      return { screen: screens.get(pane.paneId) ?? '' };
    },
    agentContext: ({ params }) => {
      const agent = agentAt(params);
      const used = registry.facts(agent.id).find(({ kind }) => kind === 'context.used')?.value as
        { percent: number; windowTokens: number } | undefined;
      return {
        usedPercent: used?.percent ?? null,
        windowTokens: used?.windowTokens ?? null,
        contexts: registry.contexts(agent.id).map(({ at, kind, briefing }) => ({ at, kind, text: briefing })),
      };
    },
    attachment: async ({ params, query }) => {
      const { id, paneId } = agentAt(params);
      const driver = await tmux();
      const pane = (await panes()).find((each) => String(each.paneId) === paneId);
      if (!pane) throw errors.agentNotRunning(id);
      return { argv: driver.attachCommand({ paneId: pane.paneId, readOnly: query.readOnly ?? false }) };
    },
  };
}
