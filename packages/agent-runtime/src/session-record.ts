import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, numberAt, textAt } from './json.ts';

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

/**
 * Reads the record of one client; `undefined` when there is none, when it cannot be read (the format is
 * nobody's promise), or when it is another process's: a client that was killed leaves its record behind,
 * and a later process may get its number. Give `startedAtTicks` to have that checked.
 */
export function readSessionRecord(
  configDirectory: string,
  pid: number,
  { startedAtTicks = null }: { readonly startedAtTicks?: string | null } = {},
): SessionRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(configDirectory, 'sessions', `${pid}.json`), 'utf8'));
  } catch {
    return undefined; // No client, or one that writes its record at this very moment.
  }
  if (!isObject(value)) return undefined;
  const [recordedPid, recordedStart] = [numberAt(value, 'pid'), textAt(value, 'procStart')];
  if (recordedPid !== null && recordedPid !== pid) return undefined;
  if (startedAtTicks !== null && recordedStart !== null && recordedStart !== startedAtTicks) return undefined;
  const status = textAt(value, 'status');
  return {
    status: status === 'idle' || status === 'busy' || status === 'waiting' ? status : 'unknown',
    waitingFor: textAt(value, 'waitingFor'),
    statusUpdatedAt: numberAt(value, 'statusUpdatedAt'),
    sessionId: textAt(value, 'sessionId'),
  };
}
