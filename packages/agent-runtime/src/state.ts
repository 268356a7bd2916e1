import type { AgentState } from '@orc/contracts';
import { isObject, numberAt, textAt, type JsonObject } from './json.ts';
import { findLatestEdge, type AgentFact, type Edge } from './state-edges.ts';
import { findLimit, type Limit } from './state-limit.ts';

export interface StateInput {
  /** The latest fact of each kind and source, in any order. Facts of an earlier launch may be among them. */
  readonly facts: readonly AgentFact[];
  readonly agent: {
    readonly desired: 'running' | 'stopped' | 'ended';
    /** When its present process was started; `null` before the first time. */
    readonly launchedAt: number | null;
  };
  readonly now: number;
}

/** What the client's own record said when it was looked at. */
interface ClientRecord {
  readonly status: 'idle' | 'busy' | 'waiting';
  readonly waitingFor: string | null;
  /** Since when it says so. */
  readonly since: number;
  /** When somebody looked. */
  readonly at: number;
}

interface Witnesses {
  readonly process: AgentFact | undefined;
  /** Why it is left down, when that was decided. */
  readonly givenUp: string | null;
  /** Why the client ended its session. */
  readonly sessionEnd: string | null;
  readonly limit: Limit | undefined;
  readonly record: ClientRecord | undefined;
  readonly dialog: { readonly name: string; readonly at: number } | undefined;
  /** When the screen showed a running turn. */
  readonly busyScreenAt: number | undefined;
  readonly edge: Edge | undefined;
}

// A client is ready within seconds; after this long it is not known what it does.
const STARTING_MS_MAX = 120_000;
// A client calls itself idle for a moment before it takes up the prompt that it was started with.
const PROMPTING_MS = 5_000;
// A turn may well be silent for this long. It is still a turn afterwards, but one nobody has heard of.
const QUIET_MS = 10 * 60_000;
// What lies further ahead is from before the clock was set back: it says nothing about what came first.
const CLOCK_STEP_MS = 60_000;
// The hook of a failed turn runs within this time of the client's own record of its end.
const STATUS_DELAY_MS = 1_000;

/**
 * The one answer to "what is this agent doing", from facts alone. In this order:
 *
 *   1. what is wanted of it: `ended`, `stopped`
 *   2. its process: a dead one is `crashed`, or `blocked` once its restarts were given up; silence never is
 *   3. a usage limit: `limited`, though an agent that only its account limits may finish what it does
 *   4. a choice that somebody must make: `blocked`
 *   5. the client's record, or the last edge that a hook or the transcript told of, whichever is younger
 *
 * Edges get lost: no hook tells of Esc or of a refused permission. So `working` ends with the record of the
 * client, which is read again and again, and never because time went by. What only the screen says can
 * block an agent or limit it, and never makes it idle or crashed.
 */
export function deriveState(input: StateInput): AgentState {
  const { agent, now } = input;
  const witnesses = witnessesOf(input);
  const unwanted = stateOfUnwanted(agent, witnesses.process, now);
  if (unwanted) return unwanted;
  if (agent.launchedAt === null) return state('starting', 'it has not been launched yet', 'operator', null);
  const dead = stateOfDead(witnesses);
  if (dead) return dead;
  const { limit } = witnesses;
  if (limit?.isOwn === true) return stateOfLimited(limit, witnesses.dialog?.name);
  const living = stateOfLiving(witnesses, agent.launchedAt, now);
  // Its account is limited, but what it does already it may bring to an end.
  const isAtRest = living.state !== 'working' && living.state !== 'blocked';
  return limit && isAtRest ? stateOfLimited(limit, undefined) : living;
}

function witnessesOf({ facts, agent, now }: StateInput): Witnesses {
  // A limit belongs to the account and outlives a process; everything else belonged to the one before.
  const launchedAt = agent.launchedAt ?? 0;
  const current = isAhead(launchedAt, now) ? facts : facts.filter(({ at }) => at >= launchedAt);
  const screen = latest(current, 'screen');
  const record = recordOf(latest(current, 'session-record'));
  const edge = findLatestEdge(current.filter(({ at }) => !isAhead(at, now)));
  return {
    process: latest(current, 'process'),
    givenUp: textAt(valueOf(latest(current, 'supervision.blocked')), 'why'),
    sessionEnd: textAt(valueOf(latest(current, 'session.ended')), 'reason'),
    limit: findLimit(facts),
    record,
    dialog: dialogOf(screen),
    busyScreenAt: valueOf(screen)['isBusy'] === true ? screen?.at : undefined,
    // Where nothing else is known, what was seen before the clock was set back still holds.
    edge: edge ?? (record === undefined ? findLatestEdge(current) : undefined),
  };
}

function stateOfUnwanted(
  { desired }: StateInput['agent'],
  process: AgentFact | undefined,
  now: number,
): AgentState | undefined {
  if (desired === 'ended') return state('ended', 'it was ended', 'operator', null);
  if (desired !== 'stopped') return undefined;
  const isAlive = process !== undefined && valueOf(process)['isAlive'] === true && process.at <= now;
  return isAlive
    ? {
        ...state('stopped', 'it was asked to stop, and its process still runs', 'process', process.at),
        confidence: 'low',
      }
    : state('stopped', 'it was stopped', 'operator', null);
}

function stateOfDead({ process, sessionEnd, givenUp }: Witnesses): AgentState | undefined {
  const value = valueOf(process);
  if (process === undefined || value['isAlive'] !== false) return undefined;
  const [exitCode, signal] = [numberAt(value, 'exitCode'), textAt(value, 'signal')];
  // Only a person at its terminal ends a session like that, so it is not brought back behind their back.
  if (sessionEnd === 'prompt_input_exit' && exitCode === 0)
    return state('stopped', 'somebody ended it in its own terminal', 'process', process.at);
  const how =
    signal !== null
      ? `was killed by ${signal}`
      : exitCode !== null
        ? `ended with exit code ${exitCode}`
        : 'is gone';
  if (givenUp !== null)
    return blocked(`its process ${how} and is not started again: ${givenUp}`, 'process', process.at);
  return state('crashed', `its process ${how}`, 'process', process.at);
}

function stateOfLimited({ why, source, since, isGuess }: Limit, dialog: string | undefined): AgentState {
  const limited = state('limited', why, source, since);
  return {
    ...limited,
    confidence: isGuess ? 'low' : 'high',
    // The client asks whether to wait, and does nothing before somebody has said so.
    ...(dialog === 'limit' && { needs: 'you' as const }),
  };
}

function stateOfLiving(witnesses: Witnesses, launchedAt: number, now: number): AgentState {
  const { record, dialog, edge } = witnesses;
  // A choice in the middle of tools that run side by side: their ends do not answer it.
  const isAnswered = edge !== undefined && edge.isToolEdge !== true && edge.at > (record?.at ?? 0);
  if (record?.status === 'waiting' && !isAnswered)
    return blocked(
      `it waits for somebody: ${record.waitingFor ?? 'it does not say for what'}`,
      'session-record',
      record.since,
    );
  const isDialogCurrent =
    dialog !== undefined && dialog.at > (edge?.at ?? 0) && dialog.at >= (record?.since ?? 0);
  if (isDialogCurrent) return blocked(`its screen shows a dialog (${dialog.name})`, 'screen', dialog.at);
  const begunAt = edge === undefined ? record?.since : edge.isBeginning ? edge.at : undefined;
  const isNew = begunAt !== undefined && now - begunAt < PROMPTING_MS && !isAhead(begunAt, now);
  if (isNew && record?.status !== 'busy')
    return state(
      'starting',
      'its client is there, and about to read its prompt',
      edge?.source ?? 'session-record',
      launchedAt,
    );
  if (record && record.status !== 'waiting' && record.at >= (edge?.at ?? 0))
    return stateOfRecord(record, edge, now);
  return edge ? stateOfEdge(edge, now) : stateOfSilence(witnesses, launchedAt, now);
}

function stateOfRecord({ status, since, at }: ClientRecord, edge: Edge | undefined, now: number): AgentState {
  // The record calls an agent idle that cannot do anything, as it does after every failed turn.
  if (edge?.is === 'stuck' && since <= edge.at + STATUS_DELAY_MS)
    return blocked(edge.why, edge.source, edge.at);
  const said = 'the client says so in its session record';
  const why = status === 'busy' && edge?.is === 'working' ? edge.why : said;
  return doubtful(state(status === 'idle' ? 'idle' : 'working', why, 'session-record', since), now - at);
}

function stateOfSilence({ process, busyScreenAt }: Witnesses, launchedAt: number, now: number): AgentState {
  if (busyScreenAt !== undefined)
    return {
      ...state('working', 'its screen shows a running turn', 'screen', busyScreenAt),
      confidence: 'low',
    };
  const age = now - launchedAt;
  const isStepped = isAhead(launchedAt, now);
  if (age <= STARTING_MS_MAX && !isStepped)
    return state('starting', 'it was started, and has not said anything yet', 'process', launchedAt);
  const begun = valueOf(process)['isAlive'] === true ? 'its process runs' : 'it was started';
  const howLong = isStepped ? 'since the clock was set back' : `for ${minutes(age)}`;
  const why = `${begun}, and nothing was heard of it ${howLong}`;
  return { ...state('unknown', why, 'process', launchedAt), confidence: 'low' };
}

function stateOfEdge(edge: Edge, now: number): AgentState {
  const { is, why, source, at, isWeak } = edge;
  switch (is) {
    case 'waiting':
    case 'stuck':
      return blocked(why, source, at);
    case 'idle':
      return { ...state('idle', why, source, at), confidence: isWeak ? 'low' : 'high' };
    case 'ending':
      return { ...state('unknown', why, source, at), confidence: 'low' };
    case 'working':
      return doubtful(state('working', why, source, at), now - at);
  }
}

/** Silence makes a state less certain, and never another one. */
function doubtful(sure: AgentState, quietMs: number): AgentState {
  if (quietMs <= QUIET_MS) return sure;
  return { ...sure, why: `${sure.why}; nothing was heard of it for ${minutes(quietMs)}`, confidence: 'low' };
}

function isAhead(at: number, now: number): boolean {
  return at > now + CLOCK_STEP_MS;
}

function recordOf(fact: AgentFact | undefined): ClientRecord | undefined {
  const value = valueOf(fact);
  const status = textAt(value, 'status');
  if (fact === undefined || (status !== 'idle' && status !== 'busy' && status !== 'waiting'))
    return undefined;
  const since = numberAt(value, 'statusUpdatedAt') ?? fact.at;
  return { status, waitingFor: textAt(value, 'waitingFor'), since, at: fact.at };
}

function dialogOf(fact: AgentFact | undefined): Witnesses['dialog'] {
  const name = textAt(valueOf(fact), 'dialog');
  return fact === undefined || name === null ? undefined : { name, at: fact.at };
}

function latest(facts: readonly AgentFact[], kind: string): AgentFact | undefined {
  return facts
    .filter((fact) => fact.kind === kind)
    .reduce<AgentFact | undefined>(
      (last, fact) => (last === undefined || fact.at >= last.at ? fact : last),
      undefined,
    );
}

function valueOf(fact: AgentFact | undefined): JsonObject {
  return isObject(fact?.value) ? fact.value : {};
}

function state(name: AgentState['state'], why: string, source: string, since: number | null): AgentState {
  return { state: name, why, source, since, confidence: 'high' };
}

function blocked(why: string, source: string, since: number): AgentState {
  return { ...state('blocked', why, source, since), needs: 'you' };
}

function minutes(ms: number): string {
  return `${Math.floor(ms / 60_000)} min`;
}
