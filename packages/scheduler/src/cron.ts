import { Cron } from 'croner';
import { errors } from './errors.ts';

const MISSED_MAX = 10_000;

/**
 * The first time after `after`, or `undefined` when there is none. A time that the clock jumps over in
 * spring comes right after the jump; one that comes twice in autumn comes once, unless the expression says
 * "every hour" or "every so many minutes".
 *
 * @throws ORC_SCHEDULER_BAD_CRON
 */
export function nextOccurrence(expression: string, zone: string | null, after: number): number | undefined {
  return toCron(expression, zone).nextRun(new Date(after))?.getTime();
}

/** How many times lie after `from` and not after `to`; counting ends at 10 000. @throws ORC_SCHEDULER_BAD_CRON */
export function countOccurrences(expression: string, zone: string | null, from: number, to: number): number {
  const cron = toCron(expression, zone);
  let count = 0;
  for (let at = cron.nextRun(new Date(from)); at && at.getTime() <= to && count < MISSED_MAX; count += 1)
    at = cron.nextRun(at);
  return count;
}

function toCron(expression: string, zone: string | null): Cron {
  try {
    const cron = new Cron(expression, {
      paused: true,
      mode: '5-part',
      fixedTimeRule: 'no-wildcard',
      ...(zone !== null && { timezone: zone }),
    });
    // The zone is looked at only when a time is asked for.
    cron.nextRun();
    return cron;
  } catch (error) {
    throw errors.badCron(expression, zone, firstSentence(error));
  }
}

function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^Cron\w+: /, '')
    .replace(/\.? (This may|Please|Original).*$/s, '')
    .replace(/\.$/, '');
}
