import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from './errors.ts';

export interface UntilOptions {
  /** Named in the error, as something that happens: `the agent being back`. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

const TIMEOUT_MS = 45_000;
const EVERY_MS = 100;

/** Waits until `look` finds something. @throws ORC_DRILL_TIMED_OUT */
export async function until<Found>(
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  { what, timeoutMs = TIMEOUT_MS, everyMs = EVERY_MS }: UntilOptions,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw errors.timedOut(what, timeoutMs);
    await sleep(everyMs);
  }
}
