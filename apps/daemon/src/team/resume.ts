import type { AgentState, Progress } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import { SYSTEM, type Parts } from '../parts.ts';
import { newId } from '@orc/contracts';
import type { HandOut } from '../tasks/hand-out.ts';
import type { Briefings } from './briefings.ts';
import type { Launcher } from './launch.ts';
import type { Readiness } from './readiness.ts';
import { launchMissing } from './up.ts';

export type Verdict = 'active' | 'dead' | 'limited' | 'ended';

export interface Classified {
  readonly agent: Agent;
  readonly verdict: Verdict;
  /** What `resume` does about it, in words. */
  readonly plan: string;
}

interface Deps {
  readonly catalogue: Catalogue;
  readonly launcher: Launcher;
  readonly handOut: HandOut;
  readonly readiness: Readiness;
  readonly briefings: Briefings;
  readonly stateOf: (agent: Agent) => AgentState;
}

export interface ResumeOptions {
  readonly statusOnly: boolean;
  readonly rebriefAll: boolean;
}

/** Tells the living, the dead and the limited of a project apart. Only looks. */
function classify(parts: Pick<Parts, 'registry'>, project: string, stateOf: Deps['stateOf']): Classified[] {
  return parts.registry.listAgents({ project }).map((agent) => {
    const { state, why } = stateOf(agent);
    if (agent.desired === 'ended') return { agent, verdict: 'ended', plan: 'stays ended' };
    if (state === 'limited') return { agent, verdict: 'limited', plan: `waits for its limit: ${why}` };
    const isDead = agent.paneId === null || state === 'stopped' || hasEnded(parts, agent);
    return isDead
      ? { agent, verdict: 'dead', plan: `is started again with its context: ${why}` }
      : { agent, verdict: 'active', plan: 'goes on undisturbed' };
  });
}

/** Whether its program has ended, whatever is said about it since. */
function hasEnded({ registry }: Pick<Parts, 'registry'>, { id, launchedAt }: Agent): boolean {
  return registry
    .facts(id)
    .some(
      ({ kind, value, at }) =>
        kind === 'process' && at >= (launchedAt ?? 0) && (value as { isAlive?: boolean }).isAlive === false,
    );
}

const REBRIEF_PRIORITY = 200;

/** Brings a project back to work: only the dead are started, the limited are left to their reset. */
export function createResume(parts: Parts, deps: Deps) {
  return async (project: Project, options: ResumeOptions, report: (progress: Progress) => void) => {
    const classified = classify(parts, project.slug, deps.stateOf);
    const did: string[] = [];
    if (options.statusOnly) return { classified, did };
    const done = (step: string, text: string) => {
      did.push(text);
      report({ step, text });
    };
    const dead = classified.filter(({ verdict }) => verdict === 'dead').map(({ agent }) => agent.id);
    if (dead.length > 0) {
      const launched = await launchMissing(parts, deps, project, done, dead);
      await deps.readiness.wait(launched, report);
    }
    if (options.rebriefAll) {
      for (const { agent } of classified.filter(({ verdict }) => verdict === 'active')) {
        rebrief(parts, deps.briefings, agent, project);
        done('rebrief', `told ${agent.id} again who it is and what it does`);
      }
    }
    deps.handOut(project.slug);
    if (project.status !== 'active') {
      parts.registry.updateProject(project.slug, { status: 'active' });
      parts.bus.publish(
        'project.resumed',
        { did },
        { source: 'team', project: project.slug, severity: 'notice' },
      );
    }
    return { classified, did };
  };
}

/** Queues the whole briefing again, ahead of everything else an agent has waiting. */
export function rebrief(
  { queue, registry, clock }: Parts,
  briefings: Briefings,
  agent: Agent,
  project: Project,
): void {
  const body = briefings.again(agent, project, 'requested');
  queue.send({
    id: newId('m'),
    sender: SYSTEM,
    recipient: agent.id,
    kind: 'rebrief',
    priority: REBRIEF_PRIORITY,
    body,
  });
  registry.saveContext({
    agentId: agent.id,
    kind: 'rebrief',
    briefing: body,
    at: clock.now(),
    activitySummary: null,
    checkpoint: null,
  });
}
