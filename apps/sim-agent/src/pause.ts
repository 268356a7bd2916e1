import { setTimeout as after } from 'node:timers/promises';

/** Waits, and rejects as soon as the turn is interrupted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms > 0) await after(ms, undefined, { signal });
}
