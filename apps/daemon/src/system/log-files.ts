import { openDayLog, rotateDayFiles } from '@orc/jsonl';
import { z } from 'zod';
import type { Parts } from '../parts.ts';
import type { Job } from './ticker.ts';

const ROTATE_MS = 60_000;

export const LoggingConfig = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  fileBytesMax: z
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(16_777_216)
    .describe("A file of the daemon's log of this size is closed, and packed a minute later."),
  daysMax: z.int().min(1).max(3_650).default(14).describe("Days of the daemon's log that are kept."),
  totalBytesMax: z
    .int()
    .min(1_048_576)
    .default(268_435_456)
    .describe('The oldest files go when all of them together are larger.'),
});

/**
 * Where the daemon's own log goes: a file for each UTC day. A disk that takes no lines costs lines and stops
 * nobody; how many were lost is said as soon as it takes some again.
 */
export function createLogStream(
  directory: string,
  { now }: { readonly now: () => number } = { now: Date.now },
): { write(line: string): void } {
  const days = openDayLog({ directory });
  let lost = 0;
  return {
    write(line) {
      const at = now();
      try {
        if (lost > 0)
          days.append(at, { level: 40, time: at, pid: process.pid, msg: `${lost} lines were lost` });
        lost = 0;
        days.append(at, JSON.parse(line));
      } catch {
        lost += 1;
      }
    },
  };
}

/** Closes, packs and removes files of the log by size and age, as those of the events are. */
export function logRotation({ layout, config, clock }: Pick<Parts, 'layout' | 'config' | 'clock'>): Job {
  const { level: _level, ...policy } = config.logging;
  return {
    name: 'rotate the log',
    everyMs: ROTATE_MS,
    run: async () => void (await rotateDayFiles(layout.daemonLogs, policy, clock.now())),
  };
}
