import { agentIdOf, type AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Admission } from '../admission/admission.ts';
import type { Caller } from '../http/auth.ts';
import type { Call, HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import type { Failures } from '../supervision/failures.ts';
import type { HandOut } from '../tasks/hand-out.ts';
import { ensureAgent, memberOf } from './agents.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Launched, Lifecycle } from './launch.ts';
import { listLogSources } from './log-sources.ts';
import type { Rebriefs } from './rebriefs.ts';
import { createRestartGuard } from './restart-guard.ts';
import type { Views } from './views.ts';

interface Deps {
  readonly catalogue: Catalogue;
  readonly targets: Targets;
  readonly views: Views;
  readonly launcher: Lifecycle;
  readonly admission: Pick<Admission, 'refuseAtOnce'>;
  readonly rebriefs: Rebriefs;
  readonly checkpoints: Checkpoints;
  readonly handOut: HandOut;
  readonly failures: Pick<Failures, 'goOn'>;
  readonly stateOf: (agent: Agent) => AgentState;
}

/** Calls about single agents: what they are, what they know, and whether they run. */
export function createAgentHandlers(
  parts: Parts,
  deps: Deps,
): HandlersOf<'agents' | 'addAgent' | 'agent' | 'changeAgent' | 'agentLogs' | 'agentContext'> {
  const { registry } = parts;
  const { catalogue, targets, views, launcher, handOut } = deps;
  const refuseHasty = createRestartGuard(parts, deps.stateOf);
  const agentAt = ({ project, role }: { project: string; role: string }, caller: Caller) =>
    targets.agent(agentIdOf(targets.projectOf(caller, project), role));

  return {
    agents: async ({ caller, query }) => {
      if (query.target !== undefined) {
        const found = await targets.resolve(query.target, caller, query.project);
        return { agents: [views.agent(targets.agent(found))] };
      }
      const isAll = caller.type === 'operator' && query.project === undefined;
      const filter = isAll ? {} : { project: targets.projectOf(caller, query.project) };
      return { agents: registry.listAgents(filter).map(views.agent) };
    },
    agent: ({ caller, params }) => {
      const agent = agentAt(params, caller);
      const { desired, sessionId, transcriptPath } = agent;
      return { ...views.agent(agent), desired, sessionId, transcriptPath, facts: registry.facts(agent.id) };
    },
    addAgent: async ({ caller, body }) => {
      const project = registry.getProject(targets.projectOf(caller, body.project));
      const member = memberOf(catalogue, body.role, body.temporary ?? null);
      const id = agentIdOf(project.slug, member.name);
      if (registry.findAgent(id)?.desired !== 'running')
        deps.admission.refuseAtOnce({ id, project: project.slug, runtime: project.runtime });
      const { agent } = await ensureAgent(parts, project, member);
      if (agent.desired !== 'running') await launcher.launch(agent.id, 'start');
      activate(parts, project.slug);
      handOut(project.slug);
      return views.agent(registry.getAgent(agent.id));
    },
    changeAgent: async ({ caller, params, body }) => {
      const agent = agentAt(params, caller);
      refuseHasty(caller, agent, params.action);
      const { changed, text, archive } = await changeAgent(parts, deps, agent, params.action, body);
      return {
        changed,
        text,
        agent: views.agent(registry.getAgent(agent.id)),
        ...(typeof archive === 'string' && { archive }),
      };
    },
    agentLogs: ({ caller, params }) => ({ sources: listLogSources(parts, agentAt(params, caller)) }),
    agentContext: ({ caller, params, query }) => {
      const agent = agentAt(params, caller);
      const facts = registry.facts(agent.id);
      const used = facts.find(({ kind }) => kind === 'context.used')?.value as
        { percent: number; windowTokens: number } | undefined;
      const told = registry
        .contexts(agent.id)
        .filter(({ kind, at }) => isOfKind(kind, query.kind) && at >= (query.since ?? 0))
        .slice(-(query.last ?? CONTEXTS_MAX));
      return {
        usedPercent: used?.percent ?? null,
        windowTokens: used?.windowTokens ?? null,
        lastEffect: facts.find(({ kind }) => kind === 'rebrief.effect')?.value ?? null,
        contexts: told.map(({ at, kind, briefing, activitySummary }) => ({
          ...{ at, kind, activitySummary },
          text: briefing,
        })),
      };
    },
  };
}

/**
 * One agent that a person starts is enough: tasks are handed out and branches are watched, also where an "up"
 * or a "down" has stopped half-way.
 */
function activate({ registry }: Pick<Parts, 'registry'>, project: string): void {
  if (registry.getProject(project).status !== 'active') registry.updateProject(project, { status: 'active' });
}

const CONTEXTS_MAX = 100;

/** `rebrief` is every re-brief, `rebrief.compaction` those after a compaction. */
function isOfKind(kind: string, wanted: string | undefined): boolean {
  return wanted === undefined || kind === wanted || kind.startsWith(`${wanted}.`);
}

interface Outcome {
  readonly changed: boolean;
  readonly text: string;
  readonly archive?: string | null;
}

/** Does to an agent what was asked; what is so already is said and not done again. */
async function changeAgent(
  parts: Parts,
  { launcher, rebriefs, checkpoints, handOut, failures }: Deps,
  agent: Agent,
  action: Call<'changeAgent'>['params']['action'],
  options: Call<'changeAgent'>['body'],
): Promise<Outcome> {
  const { id, project } = agent;
  if (action === 'continue') {
    const isAsked = failures.goOn(agent);
    const text = isAsked ? `${id} was asked to go on` : `nothing keeps ${id} from going on`;
    return { changed: isAsked, text };
  }
  if (action === 'checkpoint') {
    const archive = await checkpoints.write(agent, 'somebody asked for it');
    return { changed: true, text: `wrote down where ${id} stands`, archive };
  }
  if (action === 'brief') {
    await rebriefs.queue(agent, 'requested');
    return { changed: true, text: `${id} will be briefed again` };
  }
  if (action === 'start') {
    // The launcher knows whether a window of it lives; the record alone does not.
    const launched = await launcher.launch(id, 'start');
    activate(parts, project);
    if (launched.outcome === 'started') handOut(project);
    return launchText(id, launched, 'started');
  }
  if (action === 'restart') {
    const { archive, launched } = await launcher.restart(id, options);
    activate(parts, project);
    return { ...launchText(id, launched, 'restarted'), archive };
  }
  const end = action === 'end' ? 'ended' : 'stopped';
  const ended = await launcher.end(id, end, options);
  if (!ended) return { changed: false, text: `${id} is not running` };
  return { changed: true, text: `${end} ${id}`, archive: ended.archive };
}

function launchText(id: string, launched: Launched, done: string): Outcome {
  if (launched.outcome === 'waits')
    return { changed: launched.isNew, text: `${id} waits to be started: ${launched.why}` };
  return launched.outcome === 'runs'
    ? { changed: false, text: `${id} runs already` }
    : { changed: true, text: `${done} ${id}` };
}
