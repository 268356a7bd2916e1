import { signals, type CreditEffect, type Episode, type Hold } from '@orc/credit-monitor';
import type { CreditsConfig } from './config.ts';
import type { HoldReason } from './parking.ts';

type Windows = CreditsConfig['windows'];

export const CONTINUE =
  'Your usage limit is over. You were stopped in the middle of your work: go on with it where you left off. ' +
  'If nothing is left to do, say so and wait.';

/** `Fri 21 Nov 01:22 UTC`: what is told to agents and people in different places has one zone. */
function formatTime(at: number): string {
  const [, day = '', month = '', , time = ''] =
    /^(\w+, \d+) (\w+) (\d+) ([\d:]+):\d\d/.exec(new Date(at).toUTCString()) ?? [];
  return `${day.replace(',', '')} ${month} ${time} UTC`;
}

export function titlesOf(names: readonly string[], windows: Windows): string {
  return names.map((name) => signals.titleOf(name === 'unknown' ? null : name, windows)).join(' and ');
}

function endText(at: number | null, isEstimate: boolean): string {
  if (at === null) return 'nobody says until when';
  return isEstimate ? `probably until ${formatTime(at)} (estimated)` : `until ${formatTime(at)}`;
}

/** Why mail waits, as the ledger and `orc status` show it. */
export function holdText(hold: Hold, windows: Windows): string {
  if (hold.kind === 'throttle') return 'its requests came too fast; it rests for a while';
  const whose = hold.isOwn ? 'it hit its' : `its account (${hold.account}) hit its`;
  return `${whose} ${titlesOf(hold.windows, windows)} limit, ${endText(hold.endsAt, hold.isEstimate)}`;
}

export function parkReason(hold: Hold, windows: Windows): HoldReason {
  return `usage limit: ${holdText(hold, windows)}`;
}

/** What the one who coordinates a team is told, once for each limit. */
export function noticeText(
  what: Extract<CreditEffect, { type: 'tell' }>['what'],
  episode: Episode,
  {
    agents,
    windows,
    end,
    autoResume,
  }: {
    readonly agents: readonly string[];
    readonly windows: Windows;
    readonly end: { at: number | null; isEstimate: boolean };
    readonly autoResume: boolean;
  },
): string {
  const title = titlesOf(Object.keys(episode.ends), windows);
  if (what === 'due')
    return `The ${title} limit of account ${episode.account} should be over. Nobody goes on by himself (credits.autoResume is false): orc credits resume`;
  if (what === 'stuck')
    return `The ${title} limit of account ${episode.account} should be over, and no agent has been answered since. orc goes on trying; look at them with "orc status".`;
  return [
    `The ${title} limit of account ${episode.account} is reached, ${endText(end.at, end.isEstimate)}.`,
    `Parked: ${agents.join(', ')}. Their mail waits and nothing of it is lost.`,
    autoResume
      ? 'Work goes on by itself when the limit is over; nobody has to be reminded or restarted.'
      : 'Nobody is started again by itself (credits.autoResume is false): orc credits resume, when the limit is over.',
  ].join('\n');
}
