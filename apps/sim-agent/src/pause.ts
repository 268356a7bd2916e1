import { existsSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

/** Waits, and rejects as soon as the turn is interrupted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms > 0) await after(ms, undefined, { signal });
}

const LOOK_MS = 20;

/** Waits for a file that somebody makes when the time has come. */
export async function untilFile(path: string, signal: AbortSignal): Promise<void> {
  while (!existsSync(path)) await pause(LOOK_MS, signal);
}
