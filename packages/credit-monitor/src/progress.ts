import {
  isConcerned,
  type CreditContext,
  type CreditEffect,
  type CreditState,
  type CreditStep,
  type Episode,
} from './state.ts';
import { checkTime, closeEpisode, eventOf, liftEpisode, newMark, release } from './step.ts';

const DOUBLINGS_MAX = 16;

/** A turn began: by the client itself after a reset, by mail, or by a person. Nobody has to say "go on". */
export function begun(before: CreditState, { agentId, at }: { agentId: string; at: number }): CreditState {
  checkTime('the time of a prompt', at);
  if (at <= (before.marks[agentId]?.beginAt ?? 0)) return before;
  const mark = { ...(before.marks[agentId] ?? newMark()), beginAt: at };
  return { ...before, marks: { ...before.marks, [agentId]: mark } };
}

/**
 * The model answered an agent, which proves that its limit is over; only an answer that may have been on
 * its way when another agent met the limit proves nothing.
 *
 * @throws ORC_CREDITS_BAD_TIME
 */
export function answered(
  before: CreditState,
  { agentId, at }: { readonly agentId: string; readonly at: number },
  context: CreditContext,
): CreditStep {
  checkTime('the time of an answer', at);
  if (at <= (before.marks[agentId]?.answerAt ?? 0)) return { state: before, effects: [] };
  const mark = { ...(before.marks[agentId] ?? newMark()), answerAt: at, throttles: 0 };
  const marked = { ...before, marks: { ...before.marks, [agentId]: mark } };
  // By far most answers are given while nobody is limited.
  if (before.episodes.length === 0) return { state: marked, effects: [] };
  const state = structuredClone(marked);
  const effects: CreditEffect[] = [];
  const agent = context.agents.find(({ id }) => id === agentId);
  for (const episode of [...state.episodes]) {
    const own = episode.held[agentId];
    if (!own && !(agent && isConcerned(episode, agent))) continue;
    const isProbe = episode.probe?.agentId === agentId && at >= episode.probe.since;
    const provesFrom = own?.metAt ?? episode.startedAt + context.policy.inFlightMs;
    if (!isProbe && at <= provesFrom) continue;
    if (episode.phase === 'resuming' || episode.kind === 'throttle')
      release(episode, agentId, { how: 'it was answered' }, effects);
    else
      liftEpisode(state, episode, { by: agentId, evidence: 'an answer of the model', at }, context, effects);
    if (Object.keys(episode.held).length === 0) closeEpisode(state, episode, context.now, effects);
  }
  return { state, effects };
}

/** What time alone changes. Call it often, and after a start: what was due meanwhile is done now, once. */
export function advance(before: CreditState, context: CreditContext): CreditStep {
  checkTime('now', context.now);
  if (!before.episodes.some((episode) => isDue(episode, context))) return { state: before, effects: [] };
  const state = structuredClone(before);
  const effects: CreditEffect[] = [];
  for (const episode of [...state.episodes]) {
    keepRoster(episode, context);
    if (Object.keys(episode.held).length === 0 && isWaitedOut(episode, context))
      closeEpisode(state, episode, context.now, effects);
    else if (episode.kind === 'throttle') endThrottle(state, episode, context, effects);
    else advanceEpisode(state, episode, context, effects);
  }
  return { state, effects };
}

/** Whether there is anything to do, which most of the time there is not. */
function isDue(episode: Episode, { now, policy, agents }: CreditContext): boolean {
  const { phase, held, kind, resumeAt, told } = episode;
  const isOff = (id: string) => !agents.some((agent) => agent.id === id && agent.isRunning);
  const isNew = (agent: CreditContext['agents'][number]) =>
    agent.isRunning && !(agent.id in held) && isConcerned(episode, agent);
  if (Object.keys(held).some(isOff) || (phase === 'limited' && agents.some(isNew))) return true;
  if (Object.keys(held).length === 0) return isWaitedOut(episode, { now });
  if (kind === 'limit' && !told.includes('limited')) return true;
  if (phase === 'limited') return now >= resumeAt && (isWanted(episode, policy) || !told.includes('due'));
  if (phase === 'verifying') return now - (episode.probe?.since ?? 0) >= policy.verifyMs;
  return Object.values(held).some(({ goesOnAt }) => now >= (goesOnAt ?? 0));
}

/** Whether it is tried when its time has come: always, or because somebody asked for it. */
function isWanted({ isAsked }: Episode, { autoResume }: CreditContext['policy']): boolean {
  return autoResume || isAsked;
}

/** Nobody is left whom it holds: one that is still to end is kept for those who start meanwhile. */
function isWaitedOut({ phase, resumeAt }: Episode, { now }: Pick<CreditContext, 'now'>): boolean {
  return phase !== 'limited' || now >= resumeAt;
}

function keepRoster(episode: Episode, { agents }: CreditContext): void {
  for (const id of Object.keys(episode.held))
    if (!agents.some((agent) => agent.id === id && agent.isRunning)) delete episode.held[id];
  if (episode.phase !== 'limited') return;
  for (const agent of agents)
    if (agent.isRunning && isConcerned(episode, agent))
      episode.held[agent.id] ??= { metAt: null, goesOnAt: null };
}

function endThrottle(
  state: CreditState,
  episode: Episode,
  { now }: CreditContext,
  effects: CreditEffect[],
): void {
  if (now < episode.resumeAt || episode.agentId === null) return;
  goOn(state, episode, episode.agentId, effects);
  release(episode, episode.agentId, { how: 'it rested' }, effects);
  closeEpisode(state, episode, now, effects);
}

function advanceEpisode(
  state: CreditState,
  episode: Episode,
  context: CreditContext,
  effects: CreditEffect[],
): void {
  const { now, policy } = context;
  tell(episode, 'limited', effects);
  if (episode.phase === 'limited' && now >= episode.resumeAt) {
    if (isWanted(episode, policy)) sendProbe(state, episode, context, effects);
    else tell(episode, 'due', effects);
  } else if (episode.phase === 'verifying' && now - (episode.probe?.since ?? 0) >= policy.verifyMs) {
    episode.tried.push(episode.probe?.agentId ?? '');
    sendProbe(state, episode, context, effects);
  } else if (episode.phase === 'resuming') {
    for (const [agentId, { goesOnAt }] of Object.entries(episode.held)) {
      if (now < (goesOnAt ?? 0)) continue;
      if (episode.held[agentId]?.metAt != null) goOn(state, episode, agentId, effects);
      release(episode, agentId, { how: 'its turn has come' }, effects);
    }
    if (Object.keys(episode.held).length === 0) closeEpisode(state, episode, now, effects);
  }
}

function tell(episode: Episode, what: Episode['told'][number], effects: CreditEffect[]): void {
  if (episode.told.includes(what)) return;
  episode.told.push(what);
  const key = `${episode.id}-${what}${what === 'due' ? `-${episode.round}` : ''}`;
  effects.push({ type: 'tell', key, what, episode: structuredClone(episode) });
}

/** Lets one agent go on to see whether the limit is over: one that has begun already, or was stopped first. */
function sendProbe(
  state: CreditState,
  episode: Episode,
  context: CreditContext,
  effects: CreditEffect[],
): void {
  const { now, policy } = context;
  const isHolding = (other: Episode, id: string) =>
    other !== episode && id in other.held && other.probe?.agentId !== id && !isAtItsEnd(other, context);
  const isFree = (id: string) => !state.episodes.some((other) => isHolding(other, id));
  const hasBegun = (id: string) => (state.marks[id]?.beginAt ?? 0) > (episode.held[id]?.metAt ?? Infinity);
  const free = Object.keys(episode.held).filter(isFree);
  // Everybody is held by another limit too: there is nobody to ask before that one is over.
  if (free.length === 0) return;
  const [next] = free
    .filter((id) => !episode.tried.includes(id))
    .sort(
      (one, other) =>
        Number(hasBegun(other)) - Number(hasBegun(one)) ||
        (episode.held[one]?.metAt ?? Infinity) - (episode.held[other]?.metAt ?? Infinity) ||
        one.localeCompare(other),
    );
  if (next === undefined) {
    const wait = policy.retryMs * 2 ** Math.min(DOUBLINGS_MAX, episode.failures);
    Object.assign(episode, {
      phase: 'limited',
      phaseSince: now,
      probe: null,
      tried: [],
      round: episode.round + 1,
    });
    Object.assign(episode, {
      failures: episode.failures + 1,
      resumeAt: now + Math.min(policy.retryMsMax, wait),
    });
    if (policy.autoResume) tell(episode, 'stuck', effects);
    // Nobody tries again: whoever asked for this try hears when the next one would be due.
    else episode.told = episode.told.filter((what) => what !== 'due');
    return;
  }
  const probe = { agentId: next, since: now };
  Object.assign(episode, { phase: 'verifying', phaseSince: now, probe, isAsked: false });
  const { id, account, round } = episode;
  const data = { episode: id, round, try: episode.tried.length + 1 };
  effects.push(eventOf('credits.verifying', { account, key: `${id}-${round}-${next}`, agentId: next, data }));
  goOn(state, episode, next, effects);
}

/** It waits for nothing but an agent to try it with: two such limits must not wait for each other. */
function isAtItsEnd(episode: Episode, { now, policy }: CreditContext): boolean {
  return episode.phase === 'limited' && now >= episode.resumeAt && isWanted(episode, policy);
}

/**
 * Says "go on", unless a turn has begun since the agent met the limit, by its client or by anybody, or another
 * limit is being tried with it, which has said so.
 */
function goOn(state: CreditState, episode: Episode, agentId: string, effects: CreditEffect[]): void {
  const metAt = episode.held[agentId]?.metAt ?? null;
  if (metAt !== null && (state.marks[agentId]?.beginAt ?? 0) > metAt) return;
  if (state.episodes.some((other) => other !== episode && other.probe?.agentId === agentId)) return;
  const key = `${episode.id}-${episode.round}-${agentId}`;
  effects.push({ type: 'continue', key, agentId, episode: structuredClone(episode) });
}

/** Somebody says that the limit is over, or wants to see: what waits for its time is tried at once, once. */
export function resumeNow(
  before: CreditState,
  account: string,
  { now }: Pick<CreditContext, 'now'>,
): CreditState {
  const state = structuredClone(before);
  for (const episode of state.episodes)
    if (episode.account === account && episode.phase === 'limited')
      Object.assign(episode, { resumeAt: now, isAsked: true });
  return state;
}

/** Forgets everything about an account: it counts as free until somebody says otherwise. */
export function forget(before: CreditState, account: string): CreditState {
  const state = structuredClone(before);
  state.episodes = state.episodes.filter((episode) => episode.account !== account);
  state.history = state.history.filter((episode) => episode.account !== account);
  delete state.readings[account];
  delete state.samples[account];
  return state;
}
