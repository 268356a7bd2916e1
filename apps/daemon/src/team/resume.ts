import { existsSync } from 'node:fs';
import { agentIdOf, type AgentState, type Progress } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { Catalogue, TeamMember } from '@orc/team-planner';
import type { Parts } from '../parts.ts';
import type { AfterReset } from '../supervision/after-reset.ts';
import { isKnownDead } from '../supervision/lost.ts';
import type { HandOut } from '../tasks/hand-out.ts';
import type { Launcher } from './launch.ts';
import type { Readiness } from './readiness.ts';
import type { Rebriefs } from './rebriefs.ts';
import { missingFrom } from './missing.ts';
import { isUp, launchEach, makeDecided, throwFirst } from './up.ts';

export type Verdict = 'active' | 'dead' | 'limited' | 'ended';

export interface Classified {
  readonly agent: Agent;
  readonly verdict: Verdict;
  /** What `resume` does about it, in words. */
  readonly plan: string;
  /** What its start would lack, in words. */
  readonly missing: readonly string[];
}

interface Deps {
  readonly catalogue: Catalogue;
  readonly launcher: Launcher;
  readonly handOut: HandOut;
  readonly readiness: Readiness;
  readonly rebriefs: Rebriefs;
  readonly afterReset: AfterReset;
  readonly stateOf: (agent: Agent) => AgentState;
}

export interface ResumeOptions {
  readonly statusOnly: boolean;
  readonly rebriefAll: boolean;
}

/** Tells the living, the dead and the limited of a project apart. Only looks. */
function classify(
  parts: Pick<Parts, 'registry'>,
  project: string,
  { stateOf, afterReset }: Pick<Deps, 'stateOf' | 'afterReset'>,
): Omit<Classified, 'missing'>[] {
  return parts.registry.listAgents({ project }).map((agent) => {
    const { state, why } = stateOf(agent);
    if (agent.desired === 'ended') return { agent, verdict: 'ended', plan: 'stays ended' };
    const isDead = state === 'stopped' || isDown(parts, agent);
    // A limit belongs to the account: a program that is started now would run into it again.
    if (afterReset.isLimited(agent)) {
      const plan = isDead ? 'is started when its limit is over' : `waits for its limit: ${why}`;
      return { agent, verdict: 'limited', plan };
    }
    return isDead
      ? { agent, verdict: 'dead', plan: `is started again with its context: ${why}` }
      : { agent, verdict: 'active', plan: 'goes on undisturbed' };
  });
}

/** What each agent that is to run would lack. Only looks. */
async function lookAround(
  { runtimes, registry }: Pick<Parts, 'runtimes' | 'registry'>,
  project: Project,
): Promise<(agent: Agent) => string[]> {
  const agents = registry.listAgents({ project: project.slug }).filter(({ desired }) => desired !== 'ended');
  const names = [...new Set(agents.map(({ runtime }) => runtime))];
  const problems = new Map(
    await Promise.all(
      names.map(async (name) => {
        const found = await runtimes.find(name).detect();
        return [name, found.isInstalled ? null : found.error.message] as const;
      }),
    ),
  );
  return ({ desired, runtime, worktreePath }) =>
    desired === 'ended'
      ? []
      : missingFrom({
          clientProblem: problems.get(runtime) ?? null,
          projectPath: project.path,
          isProjectThere: existsSync(project.path),
          worktreePath,
          isWorktreeThere: worktreePath !== null && existsSync(worktreePath),
          hasSpec: project.specText !== null,
        });
}

/** Whether no program of it runs, whatever is said about it since. */
function isDown(parts: Pick<Parts, 'registry'>, agent: Agent): boolean {
  return agent.paneId === null || isKnownDead(parts, agent);
}

/** Brings a project back to work: only the dead are started, the limited are left to their reset. */
export function createResume(parts: Parts, deps: Deps) {
  return async (project: Project, options: ResumeOptions, report: (progress: Progress) => void) => {
    const did: string[] = [];
    const done = (step: string, text: string) => {
      did.push(text);
      report({ step, text });
    };
    const failed = new Map<string, unknown>();
    if (!options.statusOnly) await makeUnmade(parts, project, { done, failed });
    const missingOf = await lookAround(parts, project);
    const classified: Classified[] = classify(parts, project.slug, deps).map((each) => ({
      ...each,
      missing: missingOf(each.agent),
    }));
    if (options.statusOnly) return { classified, did };
    for (const { agent, verdict } of classified)
      if (verdict === 'limited' && isDown(parts, agent)) deps.afterReset.add(agent.id);
    const dead = classified.filter(({ verdict }) => verdict === 'dead').map(({ agent }) => agent.id);
    const launched =
      dead.length > 0 ? await launchEach(parts, deps, project, { done, failed, wanted: dead }) : [];
    if (launched.length > 0) await deps.readiness.wait(launched, report);
    if (options.rebriefAll) {
      for (const { agent } of classified.filter(({ verdict }) => verdict === 'active')) {
        await deps.rebriefs.queue(agent, 'requested');
        done('rebrief', `told ${agent.id} again who it is and what it does`);
      }
    }
    deps.handOut(project.slug);
    if (project.status !== 'active' && isUp(launched, { failed })) {
      parts.registry.updateProject(project.slug, { status: 'active' });
      parts.bus.publish(
        'project.resumed',
        { did },
        { source: 'team', project: project.slug, severity: 'notice' },
      );
    }
    throwFirst(failed);
    return { classified, did };
  };
}

/** What an `up` that was killed had decided and not made. Agents that are there get what they lack when they start. */
function makeUnmade(
  parts: Parts,
  project: Project,
  outcomes: Parameters<typeof makeDecided>[3],
): Promise<void> {
  const isUnmade = ({ name }: TeamMember) =>
    parts.registry.findAgent(agentIdOf(project.slug, name)) === undefined;
  return makeDecided(parts, project, isUnmade, outcomes);
}
