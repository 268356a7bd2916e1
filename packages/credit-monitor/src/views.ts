import { forecastExhaustion } from './forecast.ts';
import { endOf, type CreditState } from './state.ts';

/** Why an agent's mail waits. */
export interface Hold {
  readonly agentId: string;
  readonly episode: string;
  readonly account: string;
  readonly kind: 'limit' | 'throttle';
  readonly windows: readonly string[];
  readonly since: number;
  /** When the limit ends, as it was said or estimated; `null` when nothing is known. */
  readonly endsAt: number | null;
  readonly isEstimate: boolean;
  /** When this agent goes on, if all goes well. */
  readonly resumesAt: number;
  /** True when it met the limit itself; others are held with their account. */
  readonly isOwn: boolean;
  readonly source: string;
}

/** Who is held now, by agent. One that is held twice is shown with the hold that lasts longer. */
export function holdsOf(state: CreditState): Map<string, Hold> {
  const holds = new Map<string, Hold>();
  for (const episode of state.episodes) {
    const { at: endsAt, isEstimate } = endOf(episode);
    for (const [agentId, { metAt, goesOnAt }] of Object.entries(episode.held)) {
      if (episode.probe?.agentId === agentId) continue;
      const resumesAt = goesOnAt ?? episode.resumeAt;
      if ((holds.get(agentId)?.resumesAt ?? -1) >= resumesAt) continue;
      const windows = Object.keys(episode.ends);
      const [source = 'estimate'] = Object.values(episode.ends).map((end) => end.source);
      const about = { agentId, episode: episode.id, account: episode.account, kind: episode.kind, windows };
      const since = metAt ?? episode.startedAt;
      holds.set(agentId, { ...about, since, endsAt, isEstimate, resumesAt, isOwn: metAt !== null, source });
    }
  }
  return holds;
}

const WARNING_PRESSURE = 0.5;

/**
 * How close an account is to its limits: 0 nowhere near, 1 limited. From 0.5 on a window is nearly used up,
 * or will be before its reset at the rate of late; a guess from few samples does not count.
 */
export function pressureOf(state: CreditState, account: string, now: number): number {
  const isLimited = state.episodes.some(
    (episode) => episode.account === account && episode.kind === 'limit' && episode.phase !== 'resuming',
  );
  if (isLimited) return 1;
  const readings = Object.values(state.readings[account] ?? {});
  const pressures = readings.map(({ window, status, resetsAt }) => {
    if (resetsAt !== null && resetsAt <= now) return 0;
    const floor = status === 'ok' ? 0 : WARNING_PRESSURE;
    const forecast = forecastExhaustion(state.samples[account]?.[window] ?? [], { now, resetsAt });
    if (!forecast?.exhaustedAt || forecast.confidence === 'low' || resetsAt === null) return floor;
    const missing = (resetsAt - forecast.exhaustedAt) / (resetsAt - now);
    return Math.max(floor, WARNING_PRESSURE + (1 - WARNING_PRESSURE) * Math.min(1, Math.max(0, missing)));
  });
  return Math.max(0, ...pressures);
}
