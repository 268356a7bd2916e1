import type { CreditsView } from '@orc/contracts';
import { forecastExhaustion, pressureOf, signals, type Hold } from '@orc/credit-monitor';
import type { Agent } from '@orc/registry';
import type { CreditsConfig } from './config.ts';
import type { Governor } from './governor.ts';
import { holdText, titlesOf } from './texts.ts';

type AccountView = CreditsView['accounts'][number];

const ENDED_SHOWN = 10;

interface Seen {
  readonly governor: Governor;
  readonly windows: CreditsConfig['windows'];
  readonly agents: readonly Agent[];
  readonly now: number;
}

/** Everything that is known of an account, each number with who said it and when. */
export function accountView(account: string, { governor, windows, agents, now }: Seen): AccountView {
  const state = governor.state();
  const holds = governor.holds();
  return {
    account,
    pressure: pressureOf(state, account, now),
    windows: Object.values(state.readings[account] ?? {}).map((reading) => ({
      ...{ window: reading.window, title: signals.titleOf(reading.window, windows), status: reading.status },
      ...{
        usedPercent: reading.usedPercent,
        resetsAt: reading.resetsAt,
        source: reading.source,
        at: reading.at,
      },
      forecast:
        forecastExhaustion(state.samples[account]?.[reading.window] ?? [], {
          now,
          resetsAt: reading.resetsAt,
        }) ?? null,
    })),
    limits: state.episodes
      .filter((episode) => episode.account === account)
      .map((episode) => ({
        ...{ id: episode.id, title: titlesOf(Object.keys(episode.ends), windows), phase: episode.phase },
        ...{ startedAt: episode.startedAt, resumeAt: episode.resumeAt, round: episode.round },
        ends: Object.entries(episode.ends).map(([window, end]) => ({ window, ...end })),
      })),
    agents: agents
      .filter((agent) => governor.accountOf(agent) === account)
      .map((agent) => agentView(agent, holds.get(agent.id), windows)),
    history: state.history.filter((ended) => ended.account === account).slice(-ENDED_SHOWN),
  };
}

function agentView(
  { id, desired }: Agent,
  hold: Hold | undefined,
  windows: CreditsConfig['windows'],
): AccountView['agents'][number] {
  if (!hold) return { id, status: desired === 'running' ? 'available' : 'stopped', limit: null };
  const { since, endsAt, isEstimate, resumesAt, isOwn, source } = hold;
  const limit = { since, endsAt, isEstimate, resumesAt, isOwn, source, why: holdText(hold, windows) };
  return { id, status: 'limited', limit };
}
