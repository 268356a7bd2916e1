import type { AlertRule, Episode, Reading } from './rules.ts';

export interface AlertInput {
  readonly rules: readonly AlertRule[];
  readonly readings: readonly Reading[];
  /** As the last verdict left them. */
  readonly open: readonly Episode[];
  readonly now: number;
}

export interface AlertVerdict {
  /** Began now: tell whoever should know, once. */
  readonly raised: readonly Episode[];
  /** Ended now. */
  readonly resolved: readonly Episode[];
  /** To be kept for the next time. */
  readonly open: readonly Episode[];
}

const CLEAR_RATIO = 0.8;

/**
 * Which alerts begin, go on and end. An alert begins with a reading above its threshold and is raised once;
 * it ends when the reading has been clearly lower for a while, or when what it was about is no longer
 * measured. A rule that was removed ends its alerts.
 */
export function judgeAlerts({ rules, readings, open, now }: AlertInput): AlertVerdict {
  const raised: Episode[] = [];
  const resolved: Episode[] = [];
  const kept: Episode[] = [];
  const isOpen = new Set(open.map(keyOf));
  for (const episode of open) {
    const rule = rules.find(({ name }) => name === episode.rule);
    const reading = rule && readings.find((each) => each.subject === episode.subject && applies(rule, each));
    const next = rule && reading && goOn(episode, rule, reading.value, now);
    if (next) kept.push(next);
    else resolved.push(episode);
  }
  for (const rule of rules)
    for (const reading of readings) {
      const { subject, value } = reading;
      if (!applies(rule, reading) || !(value > rule.above) || isOpen.has(keyOf({ rule: rule.name, subject })))
        continue;
      isOpen.add(keyOf({ rule: rule.name, subject }));
      const { name, severity } = rule;
      raised.push({
        rule: name,
        subject,
        severity,
        since: now,
        peak: value,
        calmSince: null,
        text: say(rule, reading),
      });
    }
  return { raised, resolved, open: [...kept, ...raised] };
}

/** The episode as it goes on, or `undefined` when it has ended. */
function goOn(episode: Episode, rule: AlertRule, value: number, now: number): Episode | undefined {
  const peak = Math.max(episode.peak, value);
  if (value > (rule.clearAtMost ?? rule.above * CLEAR_RATIO)) return { ...episode, peak, calmSince: null };
  // A clock that was set back begins the wait anew, instead of making it last.
  const calmSince = Math.min(episode.calmSince ?? now, now);
  return now - calmSince >= rule.clearAfterMs ? undefined : { ...episode, peak, calmSince };
}

function applies({ metric, kinds, exceptKinds }: AlertRule, reading: Reading): boolean {
  if (reading.metric !== metric) return false;
  const kind = reading.kind ?? '';
  return (kinds === undefined || kinds.includes(kind)) && !(exceptKinds ?? []).includes(kind);
}

function say({ says, above }: AlertRule, { subject, value }: Reading): string {
  return says
    .replaceAll('{subject}', subject)
    .replaceAll('{value}', String(Math.round(value)))
    .replaceAll('{above}', String(above));
}

function keyOf({ rule, subject }: Pick<Episode, 'rule' | 'subject'>): string {
  return JSON.stringify([rule, subject]);
}
