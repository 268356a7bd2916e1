import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What the client itself says it is doing, in `sessions/<pid>.json` of its configuration. */
export interface SessionRecord {
  /** `unknown` when the client does not say, or says something new. */
  readonly status: 'idle' | 'busy' | 'waiting' | 'unknown';
  /** For what, in the client's words, while the status is `waiting`. */
  readonly waitingFor: string | null;
  /** Milliseconds since 1970. */
  readonly statusUpdatedAt: number | null;
  readonly sessionId: string | null;
}

/** A client's own are of a few hundred bytes. */
const BYTES_MAX = 1_048_576;

const text = z.string().nullable().catch(null);
const amount = z.number().nullable().catch(null);

// The format is nobody's promise: a field of another type is one that is not there.
const recordSchema = z.object({
  pid: amount,
  procStart: text,
  status: z.enum(['idle', 'busy', 'waiting', 'unknown']).catch('unknown'),
  waitingFor: text,
  statusUpdatedAt: amount,
  sessionId: text,
});

/**
 * Reads the record of one client; `undefined` when there is none, when it cannot be read, or when it is
 * another process's: a client that was killed leaves its record behind, and a later process may get its
 * number. Give `startedAtTicks` to have that checked.
 */
export function readSessionRecord(
  configDirectory: string,
  pid: number,
  { startedAtTicks = null }: { readonly startedAtTicks?: string | null } = {},
): SessionRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readRecord(join(configDirectory, 'sessions', `${pid}.json`)));
  } catch {
    return undefined; // No client, or one that writes its record at this very moment.
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { pid: recordedPid, procStart, ...record } = parsed.data;
  if (recordedPid !== null && recordedPid !== pid) return undefined;
  const isOther = startedAtTicks !== null && procStart !== null && procStart !== startedAtTicks;
  return isOther ? undefined : record;
}

/** What anything but a small regular file holds is nothing: a pipe would stop whoever reads it. */
function readRecord(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    return stat.isFile() && stat.size <= BYTES_MAX ? readFileSync(file, 'utf8') : '';
  } finally {
    closeSync(file);
  }
}
