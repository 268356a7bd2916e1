import type { AgentState } from '@orc/contracts';
import { describeError } from '@orc/errors';
import type { Agent, Fact, Restart } from '@orc/registry';
import { decideRestart, type Exit, type RestartDecision } from '@orc/supervisor';
import type { StartQueue } from '../admission/start-queue.ts';
import { noticeId, type Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { safely } from '../system/safely.ts';
import type { Launcher } from '../team/launch.ts';
import type { AfterReset } from './after-reset.ts';
import { isKnownDead } from './lost.ts';
import { keepRemains } from './remains.ts';

export interface Restarts extends Disposable {
  /**
   * An agent's program has ended. Repeatable: an end that was dealt with is not counted again, and a restart
   * that an earlier daemon had planned is carried out as it was planned.
   */
  onExit(agentId: string, exit: Exit): void;
  /** The agent got as far as a turn, so its last restart was worth it. */
  noteWork(agentId: string, at: number): void;
}

interface Deps {
  readonly launcher: Launcher;
  readonly notices: Notices;
  readonly afterReset: AfterReset;
  readonly starts: Pick<StartQueue, 'isPending'>;
  readonly stateOf: (agent: Agent) => AgentState;
}

/** The fact that says what was decided about an end; it holds until the next launch. */
const DECISION = 'supervision.decision';
/** The fact that says why an agent is left down; its state is `blocked` then. */
const BLOCKED = 'supervision.blocked';
/** A timer may be early by a little. */
const TIMER_MS = 1_000;

/**
 * What happens when an agent's program ends: what its pane shows and what it had not committed are kept,
 * then the policy decides. A restart stands in the registry before it is carried out, so that a daemon that is
 * killed in between does not count it twice or forget it; that an agent is left down, when everybody was told.
 *
 * A restart is `planned`, then `started`, and in the end `worked` or `crashed`; the policy judges by that. One that
 * turned out not to be needed is `unneeded`, and counts for nothing.
 */
export function createRestarts(
  parts: Parts,
  { launcher, notices, afterReset, starts, stateOf }: Deps,
): Restarts {
  const { registry, queue, clock, bus, log } = parts;
  const timers = new Map<string, NodeJS.Timeout>();

  const act = async (restart: Restart): Promise<void> => {
    const failure = await carryOut(parts, launcher, restart).finally(() => timers.delete(restart.agentId));
    if (failure !== undefined) onExit(restart.agentId, failure);
  };

  const schedule = (agent: Agent, restart: Restart): void => {
    // While the delay runs, so that keeping does not make it longer.
    const kept = keepRemains(parts, agent, restart);
    const run = safely(log, 'a restart', () => kept.then(() => act(restart)));
    timers.set(restart.agentId, setTimeout(run, Math.max(0, restart.at - clock.now())));
  };

  const decide = (agent: Agent, exit: Exit): void => {
    const unfinished = findUnfinished(parts, agent);
    if (unfinished) return schedule(agent, unfinished);
    const now = clock.now();
    const { id: agentId, project } = agent;
    const isLimited = afterReset.isLimited(agent);
    const decision = askPolicy(parts, agentId, { exit: { ...exit, isLimited }, now });
    const { action, why } = decision;
    if (decision.action === 'restart') {
      const restart = { agentId, at: decision.at, cause: exit.cause, outcome: 'planned' };
      registry.recordRestart(restart);
      const about = { source: 'supervision', agent: agentId, project } as const;
      bus.publish('agent.restart_planned', { at: decision.at, why }, about);
      schedule(agent, restart);
    } else {
      if (action === 'none') afterReset.add(agentId);
      else tellOfBlock(parts, notices, agent, why);
      safely(log, 'the remains of an agent', () => keepRemains(parts, agent, exit))();
    }
    // Last: from here on nobody comes back to it.
    noteDecision(parts, agentId, { action, why, at: now });
  };

  const onExit = (agentId: string, exit: Exit): void => {
    const agent = registry.findAgent(agentId);
    // One that waits for its start is dealt with, and has nothing left that could end.
    if (!agent || timers.has(agentId) || starts.isPending(agentId)) return;
    registry.recordFact({
      agentId,
      at: clock.now(),
      kind: 'process',
      value: { isAlive: false, exitCode: exit.status, signal: exit.signal, cause: exit.cause },
      source: 'process',
    });
    // Nobody reads what was put into a conversation that is over.
    queue.requeueUnseen(agentId, 'its process has ended');
    const about = { source: 'supervision', agent: agentId, project: agent.project } as const;
    // A person who leaves the client in its own window wants it to be over.
    const isWanted = agent.desired === 'running' && stateOf(agent).state === 'crashed';
    if (!isWanted) {
      bus.publish('agent.exited', { ...exit }, about);
      if (agent.desired === 'running') registry.updateAgent(agentId, { desired: 'stopped' });
      return;
    }
    bus.publish('agent.crashed', { ...exit }, { ...about, severity: 'warning' });
    decide(agent, exit);
  };

  return {
    onExit,
    noteWork: (agentId, at) => noteWork(parts, agentId, at),
    [Symbol.dispose]: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Does what was planned, unless nobody wants it any more. Returns how it failed. */
async function carryOut(parts: Parts, launcher: Launcher, planned: Restart): Promise<Exit | undefined> {
  const { registry, log, clock } = parts;
  const agent = registry.findAgent(planned.agentId);
  // Its timer has run: a clock that is not there yet was set back meanwhile, and what comes next is younger.
  const isAhead = planned.at > clock.now() + TIMER_MS;
  const restart = isAhead ? { ...planned, at: clock.now() } : planned;
  try {
    if (isAhead || agent?.desired !== 'running') registry.recordRestart({ ...planned, outcome: 'unneeded' });
    if (agent?.desired !== 'running') return undefined;
    registry.recordRestart({ ...restart, outcome: 'started' });
    const { outcome } = await launcher.launch(agent.id, 'restart');
    // Whoever stopped or started it while it waited for its turn was last.
    if (outcome === 'unwanted' || outcome === 'runs')
      registry.recordRestart({ ...restart, outcome: 'unneeded' });
    return undefined;
  } catch (error) {
    log.error({ err: error, agent: restart.agentId }, 'a restart failed');
    registry.recordRestart({ ...restart, outcome: 'crashed' });
    return { status: null, signal: null, cause: describeError(error) };
  }
}

function noteWork(
  { registry, config }: Pick<Parts, 'registry' | 'config'>,
  agentId: string,
  at: number,
): void {
  const last = registry
    .restarts(agentId, { since: at - config.restarts.windowMs })
    .findLast(({ outcome }) => outcome !== 'unneeded');
  if (last?.outcome !== 'started' || last.at > at) return;
  // The program before may have left a hook behind, which tells of its last turn during the launch.
  if (last.at <= (registry.findAgent(agentId)?.launchedAt ?? 0))
    registry.recordRestart({ ...last, outcome: 'worked' });
}

/** Settles what became of earlier restarts, and lets the policy decide by that. */
function askPolicy(
  { registry, config }: Pick<Parts, 'registry' | 'config'>,
  agentId: string,
  { exit, now }: { readonly exit: Exit; readonly now: number },
): RestartDecision {
  const history = registry
    .restarts(agentId, { since: now - config.restarts.windowMs })
    // One that turned out not to be needed has started nothing.
    .filter(({ outcome }) => outcome !== 'unneeded');
  for (const restart of history)
    if (restart.outcome === 'started') registry.recordRestart({ ...restart, outcome: 'crashed' });
  return decideRestart({
    history: history.map(({ at, cause, outcome }) => ({
      at,
      cause,
      outcome: outcome === 'worked' ? 'worked' : 'crashed',
    })),
    exit,
    now,
    policy: config.restarts,
    randomness: Math.random(),
  });
}

/** True when the agent was left down, for good or until its usage limit is over, since its last launch. */
export function isDealtWith(parts: Pick<Parts, 'registry'>, agent: Agent): boolean {
  const decision = findDecision(parts, agent);
  return decision !== undefined && decision !== 'restart';
}

/**
 * A restart that was decided on since the last launch, and led to none: the daemon ended before, in the middle
 * of it, or after it had failed and before anything followed from that.
 */
export function findAwaited(parts: Pick<Parts, 'registry'>, agent: Agent): Restart | undefined {
  // Somebody of the same name who has ended may have been restarted before.
  if (agent.launchedAt === null || isDealtWith(parts, agent)) return undefined;
  return parts.registry
    .restarts(agent.id, { since: agent.launchedAt })
    .findLast(({ outcome }) => outcome !== 'unneeded');
}

/** One that is still to be carried out as it was planned. */
function findUnfinished({ registry }: Pick<Parts, 'registry'>, agent: Agent): Restart | undefined {
  return registry
    .restarts(agent.id, { since: agent.launchedAt ?? 0 })
    .find(({ outcome }) => outcome === 'planned' || outcome === 'started');
}

/** What was decided about the end of the agent's present program. */
function findDecision(
  { registry }: Pick<Parts, 'registry'>,
  agent: Agent,
): RestartDecision['action'] | undefined {
  if (findUnfinished({ registry }, agent)) return 'restart';
  const fact = registry
    .facts(agent.id)
    .find(({ kind, at }) => kind === DECISION && at >= (agent.launchedAt ?? 0));
  return (fact?.value as Pick<RestartDecision, 'action'> | undefined)?.action;
}

/** In one write: who is `blocked` before it is decided is taken for one that nobody wants any more. */
function noteDecision(
  { registry }: Pick<Parts, 'registry'>,
  agentId: string,
  { action, why, at }: Pick<RestartDecision, 'action' | 'why'> & { readonly at: number },
): void {
  const about = { agentId, source: 'process', at } as const;
  const facts: Fact[] = [{ ...about, kind: DECISION, value: { action, why } }];
  if (action === 'block') facts.push({ ...about, kind: BLOCKED, value: { why } });
  registry.recordFacts(facts);
}

/**
 * The agent's program runs. If its end was noted all the same, as when a launch fails after its program has
 * been started, neither that nor what was decided about it holds any more.
 */
export function noteAlive(parts: Pick<Parts, 'registry' | 'clock'>, agent: Agent): void {
  const { registry, clock } = parts;
  const { id: agentId, pid } = agent;
  if (!isKnownDead(parts, agent)) return;
  const about = { agentId, source: 'process', at: clock.now() } as const;
  const facts: Fact[] = [{ ...about, kind: 'process', value: { isAlive: true, pid } }];
  // Otherwise nobody would see its next end.
  if (isDealtWith(parts, agent))
    facts.push(
      { ...about, kind: DECISION, value: { action: 'restart', why: 'its program runs' } },
      { ...about, kind: BLOCKED, value: { why: null } },
    );
  registry.recordFacts(facts);
}

/** Says that an agent is left down: as a critical event, to the hub and to the person. Twice is once. */
function tellOfBlock(
  { registry, bus }: Pick<Parts, 'registry' | 'bus'>,
  notices: Notices,
  about: Agent,
  why: string,
): void {
  const { id: agent, project, launchedAt } = about;
  // A program that was given up by mistake may be given up again.
  const decidedAt = registry.facts(agent).find(({ kind }) => kind === DECISION)?.at;
  const id = noticeId('blocked', agent, String(launchedAt), String(decidedAt));
  const text = `${agent} was not restarted: ${why}. Start it again with: orc agent start ${agent}`;
  notices.critical(about, text, { id });
  bus.publish('agent.blocked', { why }, { id, source: 'supervision', agent, project, severity: 'critical' });
}
