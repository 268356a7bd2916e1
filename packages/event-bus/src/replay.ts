import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from './errors.ts';
import { readEventsInTurns, type ReadOptions } from './read.ts';
import type { BusEvent, Listener } from './types.ts';

export interface ReplayOptions extends ReadOptions {
  /** 1 waits between two events as long as it was then, 60 plays an hour in a minute. Default: no waiting. */
  readonly speed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: a timer. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Hears of each fault of the listener; the replay goes on. Default: the first one ends it. */
  readonly onFault?: (event: BusEvent, error: unknown) => void;
}

// So that a replay leaves others their turn.
const BATCH = 200;

/**
 * Hands events of the log to a listener once more, in order, one at a time. Nothing is published or logged.
 * Returns how many there were.
 *
 * @throws ORC_EVENT_BUS_BAD_CONFIG when the speed is none, and what `readEvents` throws
 */
export async function replayEvents(options: ReplayOptions, listener: Listener<BusEvent>): Promise<number> {
  const { speed = Number.POSITIVE_INFINITY, signal, wait = waitFor, onFault } = options;
  if (!(speed > 0)) throw errors.badConfig([`speed: ${speed} is not above 0`]);
  let count = 0;
  let lastAt: number | undefined;
  for await (const event of readEventsInTurns(options)) {
    const gapMs = (event.at - (lastAt ?? event.at)) / speed;
    lastAt = Math.max(lastAt ?? event.at, event.at);
    if (gapMs >= 1) await wait(gapMs, signal);
    else if (count % BATCH === BATCH - 1) await wait(0, signal);
    if (signal?.aborted === true) break;
    count += 1;
    try {
      await listener(event);
    } catch (error) {
      if (!onFault) throw error;
      onFault(event, error);
    }
  }
  return count;
}

// A timer takes no more; a longer pause is cut short.
const TIMER_MS_MAX = 2_147_483_647;

async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(Math.min(ms, TIMER_MS_MAX), undefined, { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
