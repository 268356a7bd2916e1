import type { CreditPolicy } from './config.ts';
import { sources, type CreditSignal } from './signals.ts';
import {
  endOf,
  type CreditAgent,
  type CreditContext,
  type CreditEffect,
  type CreditState,
  type CreditStep,
  type Episode,
  type Reading,
} from './state.ts';
import { checkTime, eventOf, liftEpisode, markOf } from './step.ts';

/** Two words for the same reset differ by this much at most: one has seconds, the other has none. */
const SAME_RESET_MS = 2 * 60_000;
const SAMPLES_MAX = 240;
const SAMPLE_EVERY_MS = 30_000;
const DOUBLINGS_MAX = 16;

/**
 * Takes in what was said about an agent's usage. What is known already, or was overtaken by an answer,
 * changes nothing, so a transcript may be read again from its start.
 *
 * @throws ORC_CREDITS_BAD_TIME
 */
export function observe(
  before: CreditState,
  { agent, signal }: { readonly agent: CreditAgent; readonly signal: CreditSignal },
  context: CreditContext,
): CreditStep {
  checkTime('now', context.now);
  checkTime('the time of a signal', signal.at);
  const state = structuredClone(before);
  const effects: CreditEffect[] = [];
  const { status, source, window, at } = signal;
  const mark = markOf(state, agent.id);
  const isOld = at <= mark.answerAt || (source === 'transcript' && at <= mark.limitAt);
  if (status === 'throttled') {
    if (!isOld) throttle(state, agent, signal, context);
    return { state, effects };
  }
  if ((status === 'limited' && isOld) || isOfEarlierWindow(state, agent.account, signal))
    return { state, effects };
  const reading = window === null ? undefined : keepReading(state, agent.account, signal, effects);
  if (status !== 'limited') {
    if (window !== null) liftByReading(state, agent, signal, context, effects);
    return { state, effects };
  }
  // It was answered while all was used: somebody pays for more, and the number says nothing any more.
  if (source === 'status-line' && mark.answerAt > (reading?.fullSince ?? Infinity)) return { state, effects };
  if (source === 'transcript') mark.limitAt = at;
  limit(state, agent, signal, context, effects);
  return { state, effects };
}

/**
 * A session that rests shows its last numbers again and again, after their window as well. They are as new as
 * the line that shows them; only their reset tells that they are of a window that is over.
 */
function isOfEarlierWindow(
  state: CreditState,
  account: string,
  { source, window, resetsAt, at }: CreditSignal,
): boolean {
  if (source !== 'status-line' || window === null || resetsAt === null) return false;
  if (resetsAt <= at) return true;
  const last = state.readings[account]?.[window];
  // An end that was only read from a text may be wrong; the number corrects it.
  if (!last?.resetSource || sources.indexOf(last.resetSource) > sources.indexOf(source)) return false;
  return resetsAt < (last.resetsAt ?? 0) - SAME_RESET_MS;
}

function keepReading(
  state: CreditState,
  account: string,
  { at, source, status, window, usedPercent, resetsAt, isVague }: CreditSignal,
  effects: CreditEffect[],
): Reading {
  const readings = (state.readings[account] ??= {});
  const name = window as string;
  const last = readings[name];
  const isNewWindow = resetsAt !== null && resetsAt > (last?.resetsAt ?? Infinity) + SAME_RESET_MS;
  const used = usedPercent ?? (status === 'limited' ? 100 : isNewWindow ? null : (last?.usedPercent ?? null));
  const isFull = used !== null && used >= 100;
  // A session that rests shows what it heard long ago; the number of a window only grows until its reset.
  const isStale = last !== undefined && !isNewWindow && used !== null && used < (last.usedPercent ?? 0);
  if (isStale) return last;
  const reading: Reading = {
    window: name,
    status: status === 'limited' ? 'limited' : status === 'warning' ? 'warning' : 'ok',
    usedPercent: used,
    resetsAt: isVague
      ? (last?.resetsAt ?? null)
      : (resetsAt ?? (isNewWindow ? null : (last?.resetsAt ?? null))),
    source,
    at,
    resetSource: resetsAt === null || isVague ? (last?.resetSource ?? null) : source,
    fullSince: isFull ? ((isNewWindow ? null : last?.fullSince) ?? at) : null,
    warnedFor: isNewWindow ? null : (last?.warnedFor ?? null),
  };
  if (status === 'warning' && reading.warnedFor === null) {
    reading.warnedFor = reading.resetsAt ?? at;
    const data = { window: name, usedPercent: used, resetsAt: reading.resetsAt, source };
    effects.push(
      eventOf('credits.warned', { account, key: `${name}-${reading.warnedFor}`, severity: 'warning', data }),
    );
  }
  readings[name] = reading;
  if (source === 'status-line' && used !== null)
    keepSample(state, account, name, { at, usedPercent: used }, isNewWindow);
  return reading;
}

function keepSample(
  state: CreditState,
  account: string,
  window: string,
  sample: { readonly at: number; readonly usedPercent: number },
  isNewWindow: boolean,
): void {
  const all = (state.samples[account] ??= {});
  const kept = isNewWindow ? [] : (all[window] ?? []);
  const last = kept.at(-1);
  if (last === undefined || sample.usedPercent !== last.usedPercent || sample.at - last.at >= SAMPLE_EVERY_MS)
    kept.push(sample);
  all[window] = kept.slice(-SAMPLES_MAX);
}

/** A new window of the same name, less than full: the one before is over. */
function liftByReading(
  state: CreditState,
  agent: CreditAgent,
  { window, usedPercent, resetsAt, source, at }: CreditSignal,
  context: CreditContext,
  effects: CreditEffect[],
): void {
  if (source !== 'status-line' || window === null || resetsAt === null || (usedPercent ?? 100) >= 100) return;
  for (const episode of state.episodes) {
    const end = episode.ends[window];
    const isNewer = end !== undefined && resetsAt > (end.resetsAt ?? Infinity) + SAME_RESET_MS;
    if (!isNewer || at <= episode.startedAt || episode.account !== agent.account) continue;
    // Another window may still be used up: it holds the agents by itself.
    if (Object.keys(episode.ends).length > 1) delete episode.ends[window];
    else if (episode.phase !== 'resuming')
      liftEpisode(state, episode, { by: agent.id, evidence: 'its status line', at }, context, effects);
  }
}

function throttle(
  state: CreditState,
  agent: CreditAgent,
  { at, source }: CreditSignal,
  { policy }: CreditContext,
): void {
  const mark = markOf(state, agent.id);
  const open = state.episodes.find(({ kind, agentId }) => kind === 'throttle' && agentId === agent.id);
  // The hook and the screen say the same thing twice.
  if (!open) mark.throttles += 1;
  const wait = policy.throttleMs * 2 ** Math.min(DOUBLINGS_MAX, Math.max(0, mark.throttles - 1));
  const until = at + Math.min(policy.retryMsMax, wait);
  const ends = { throttle: { resetsAt: until, isEstimate: true, source, at } };
  const held = { [agent.id]: { metAt: at, goesOnAt: null } };
  if (open) Object.assign(open, { ends, held, resumeAt: until });
  else
    state.episodes.push({
      ...newEpisode(state, agent, at),
      ...{ agentId: agent.id, kind: 'throttle', ends, held, resumeAt: until },
    });
}

function limit(
  state: CreditState,
  agent: CreditAgent,
  signal: CreditSignal,
  context: CreditContext,
  effects: CreditEffect[],
): void {
  const { policy, now } = context;
  const { at, window, source } = signal;
  const model = window === null ? null : (policy.windows[window]?.model ?? null);
  // Whoever speaks without a name speaks of the limit that is known already.
  const open = state.episodes.find(
    (each) =>
      each.kind === 'limit' &&
      each.account === agent.account &&
      (each.model === model || (window === null && agent.id in each.held)),
  );
  // A screen is only believed where nobody else has spoken; it shows old notices for as long as it likes.
  if (open && (source === 'screen' || isFromBefore(open, at))) return;
  const episode = open ?? { ...newEpisode(state, agent, at), model };
  if (!open) state.episodes.push(episode);
  const isAgain = episode.phase !== 'limited';
  const last = endOf(episode);
  keepEnd(state, episode, signal, context);
  const own = episode.held[agent.id];
  // A number says that all is used, and not that a turn was stopped by it.
  const metAt = source === 'status-line' ? (own?.metAt ?? null) : Math.max(own?.metAt ?? 0, at);
  episode.held[agent.id] = { metAt, goesOnAt: null };
  if (isAgain) {
    Object.assign(episode, { phase: 'limited', phaseSince: at, round: episode.round + 1 });
    Object.assign(episode, {
      failures: episode.failures + 1,
      probe: null,
      tried: [],
      told: episode.told.filter((what) => what !== 'due'),
    });
    for (const held of Object.values(episode.held)) held.goesOnAt = null;
  }
  const next = endOf(episode);
  if (!open) {
    const data = { episode: episode.id, windows: Object.keys(episode.ends), source, ...next };
    const about = { account: agent.account, key: episode.id, severity: 'warning', data } as const;
    effects.push(eventOf('credits.limited', about));
  }
  if ((own?.metAt == null && metAt !== null) || isAgain) {
    const key = `${episode.id}-${episode.round}-${agent.id}`;
    const data = { episode: episode.id, round: episode.round, window, source, ...endOf(episode) };
    const about = { account: agent.account, key, agentId: agent.id, severity: 'warning', data } as const;
    effects.push(eventOf('credits.agent_limited', about));
  }
  const hasMoved =
    open !== undefined && next.at !== null && last.at !== null && next.at > last.at + SAME_RESET_MS;
  if (hasMoved) {
    const data = { from: last.at, to: next.at, isEstimate: next.isEstimate, window };
    const key = `${episode.id}-${next.at}`;
    effects.push(eventOf('credits.reset_moved', { account: agent.account, key, severity: 'warning', data }));
    // A later end is news of its own; the waits for a limit that would not end begin anew.
    episode.failures = 0;
  }
  episode.resumeAt = resumeAtOf(episode, now, policy);
}

/** What was said before an agent tried again is old; before the first news it is the same limit, told later. */
function isFromBefore({ phase, phaseSince, round }: Episode, at: number): boolean {
  return at < phaseSince && !(phase === 'limited' && round === 1);
}

function resumeAtOf(episode: Episode, now: number, policy: CreditPolicy): number {
  const { at } = endOf(episode);
  const announced = at === null ? now + policy.unknownMs : at + policy.resumeDelayMs;
  if (episode.failures === 0) return announced;
  const wait = Math.min(
    policy.retryMsMax,
    policy.retryMs * 2 ** Math.min(DOUBLINGS_MAX, episode.failures - 1),
  );
  return Math.max(announced, now + wait);
}

/** The end of one window by the most trusted word; a later one that is stated wins over an earlier one. */
function keepEnd(state: CreditState, episode: Episode, signal: CreditSignal, context: CreditContext): void {
  const { at, source } = signal;
  const [only, ...others] = Object.keys(episode.ends);
  const name = signal.window ?? (only !== undefined && others.length === 0 ? only : 'unknown');
  // What had no name has one now, and is no second limit.
  if (name !== 'unknown') delete episode.ends['unknown'];
  const known = episode.ends[name];
  const end =
    signal.resetsAt === null
      ? estimateEnd(state, episode.account, signal, context)
      : { resetsAt: signal.resetsAt, isEstimate: signal.isVague, source, at };
  if (known === undefined || isBetter(end, known, at)) episode.ends[name] = end;
}

type End = Episode['ends'][string];

function isBetter(end: End, known: End, at: number): boolean {
  if (known.resetsAt === null || end.resetsAt === null) return known.resetsAt === null;
  const isLater = end.resetsAt > known.resetsAt + SAME_RESET_MS;
  // An end that has passed, and was none, gives way to any later one; before that an estimate never wins.
  if (end.isEstimate) return isLater && known.resetsAt <= at;
  return known.isEstimate || isLater || sources.indexOf(end.source) <= sources.indexOf(known.source);
}

/**
 * The end of a limit of which nobody said when it ends: what the window's last reading says; else the end
 * of a whole window, which cannot be too early by more than it had run. Marked as an estimate, or unknown.
 */
function estimateEnd(
  state: CreditState,
  account: string,
  { at, window, source }: CreditSignal,
  { policy }: CreditContext,
): End {
  const name = window ?? policy.estimateWindow;
  const known = state.readings[account]?.[name];
  if (known?.resetsAt && known.resetsAt > at)
    return {
      resetsAt: known.resetsAt,
      isEstimate: window === null,
      source: known.resetSource ?? known.source,
      at,
    };
  const durationMs = policy.windows[name]?.durationMs ?? null;
  if (durationMs === null) return { resetsAt: null, isEstimate: true, source, at };
  // A window that began with the last reset is over one duration later, if that is still to come.
  const fromLast = (known?.resetsAt ?? -Infinity) + durationMs;
  return { resetsAt: fromLast > at ? fromLast : at + durationMs, isEstimate: true, source: 'estimate', at };
}

function newEpisode(state: CreditState, agent: CreditAgent, at: number): Episode {
  state.sequence += 1;
  return {
    ...{
      id: `limit-${state.sequence}-${at.toString(36)}`,
      account: agent.account,
      model: null,
      agentId: null,
      kind: 'limit',
    },
    ...{ startedAt: at, phase: 'limited', phaseSince: at, ends: {}, resumeAt: at, round: 1, failures: 0 },
    ...{ probe: null, isAsked: false, tried: [], told: [], held: {} },
  };
}
