import { errors } from './errors.ts';
import { endOf, type CreditContext, type CreditEffect, type CreditState, type Episode } from './state.ts';

const HISTORY_MAX = 100;

/** A time that is no number would slip through every comparison, and an agent would wait for ever. */
export function checkTime(name: string, value: number): void {
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw errors.badTime(name, value);
}

export function markOf(state: CreditState, agentId: string): CreditState['marks'][string] {
  return (state.marks[agentId] ??= newMark());
}

export function newMark(): CreditState['marks'][string] {
  return { limitAt: 0, answerAt: 0, beginAt: 0, throttles: 0 };
}

export function eventOf(
  name: `credits.${string}`,
  about: {
    readonly account: string;
    readonly key: string;
    readonly agentId?: string;
    readonly severity?: 'info' | 'warning';
    readonly data: Readonly<Record<string, unknown>>;
  },
): CreditEffect {
  const { account, key, agentId = null, severity = 'info', data } = about;
  return { type: 'event', key: `${name}-${account}-${key}`, name, severity, agentId, account, data };
}

/** The limit is over, and who proved it goes on already: the others follow one by one. */
export function liftEpisode(
  state: CreditState,
  episode: Episode,
  { by, evidence, at }: { readonly by: string; readonly evidence: string; readonly at: number },
  { now, policy, random }: CreditContext,
  effects: CreditEffect[],
): void {
  const end = endOf(episode);
  // Before its end it was lifted by somebody who pays, and nothing has to be waited for.
  const isEarly = end.at !== null && now < end.at;
  const from = isEarly ? now : Math.max(now, (end.at ?? now) + policy.resumeDelayMs);
  const { id, account, round } = episode;
  const data = { episode: id, by, evidence, isEarly };
  effects.push(eventOf('credits.verified', { account, key: `${id}-${round}`, agentId: by, data }));
  for (const window of Object.keys(episode.ends)) {
    const reading = state.readings[account]?.[window];
    if (reading) Object.assign(reading, { status: 'ok', fullSince: isEarly ? reading.fullSince : null });
  }
  Object.assign(episode, { phase: 'resuming', phaseSince: at, probe: null, tried: [], failures: 0 });
  release(episode, by, { how: evidence }, effects);
  Object.entries(episode.held)
    // Who was stopped in the middle of something comes first.
    .sort(([one, a], [other, b]) => (a.metAt ?? Infinity) - (b.metAt ?? Infinity) || one.localeCompare(other))
    .forEach(([, held], index) => {
      held.goesOnAt = from + index * policy.staggerMs + Math.floor(random() * policy.staggerJitterMs);
    });
}

/** One agent goes on; when it was the last, the limit is history. */
export function release(
  episode: Episode,
  agentId: string,
  { how }: { readonly how: string },
  effects: CreditEffect[],
): void {
  const { id, account, round } = episode;
  if (!(agentId in episode.held)) return;
  delete episode.held[agentId];
  const key = `${id}-${round}-${agentId}`;
  effects.push(
    eventOf('credits.agent_resumed', { account, key, agentId, data: { episode: id, round, how } }),
  );
}

/** Puts an episode that holds nobody any more into the history. */
export function closeEpisode(
  state: CreditState,
  episode: Episode,
  now: number,
  effects: CreditEffect[],
): void {
  state.episodes = state.episodes.filter((each) => each !== episode);
  const { id, account, kind, startedAt, round } = episode;
  const { at: resetsAt, isEstimate } = endOf(episode);
  const windows = Object.keys(episode.ends);
  if (kind === 'limit') {
    state.history.push({
      id,
      account,
      windows,
      startedAt,
      resetsAt,
      isEstimate,
      endedAt: now,
      rounds: round,
    });
    state.history = state.history.slice(-HISTORY_MAX);
  }
  const data = { episode: id, windows, startedAt, resetsAt, isEstimate, rounds: round };
  const name = kind === 'limit' ? 'credits.resumed' : 'credits.throttle_ended';
  effects.push(eventOf(name, { account, key: id, data }));
}
