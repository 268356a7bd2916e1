import type { Parts } from '../parts.ts';
import type { Job } from '../system/ticker.ts';

/** By less than this, clocks are corrected all the time. */
const STEP_MS = 1_000;

/**
 * Notices that the clock was set back, and settles what was noted before: it would be news of what runs now
 * until the clock has caught up.
 */
export function clockJob({ registry, clock, log }: Pick<Parts, 'registry' | 'clock' | 'log'>): Job {
  let last = clock.now();
  return {
    name: 'clock',
    everyMs: 1_000,
    run() {
      const now = clock.now();
      const isSetBack = now < last - STEP_MS;
      last = now;
      if (!isSetBack) return;
      const moved = registry.settleClock();
      if (moved > 0) log.warn({ moved }, 'the clock was set back; what was noted lies before it now');
    },
  };
}
