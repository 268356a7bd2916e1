import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno, isOrcError } from '@orc/errors';
import { lockDirectory } from './directory-lock.ts';
import { errors } from './errors.ts';
import { replaceFile } from './file-replacement.ts';
import { isObject, objectAt, type JsonObject } from './json.ts';

export interface Wanted {
  /** Absolute paths of directories whose files the client may run without asking. */
  readonly directories: readonly string[];
  /** The key that the agents' environment holds; none when they sign in another way. */
  readonly apiKey: string | undefined;
}

export interface ConfigResult {
  /** False when nothing was missing, and so nothing was written. */
  readonly changed: boolean;
  /** What could not be done, in words for the operator. */
  readonly notes: string[];
}

export interface ConfigOptions {
  /** How long to wait for a client that holds the lock. Default 5000. */
  readonly lockWaitMs?: number;
}

const ATTEMPTS_MAX = 5;
// The client calls its own lock abandoned after this long.
const LOCK_STALE_MS = 10_000;
// The client remembers a key by its end.
const KEY_CHARACTERS = 20;

/**
 * Adds to the client's own configuration what keeps its first-run dialogs away, and nothing else: whatever
 * is there stays, in its order, and nothing is written when nothing is missing.
 *
 * @throws ORC_RUNTIME_CONFIG_BROKEN, ORC_RUNTIME_CONFIG_BUSY, ORC_RUNTIME_CONFIG_LOST, ORC_RUNTIME_CONFIG_UNWRITABLE
 */
export async function seedConfig(
  path: string,
  wanted: Wanted,
  { lockWaitMs = 5_000 }: ConfigOptions = {},
  deps: { readonly replaceFile: (path: string, text: string) => void } = { replaceFile },
): Promise<ConfigResult> {
  const notes = notesOn(read(path), wanted);
  if (merge(read(path), wanted) === undefined) return { changed: false, notes };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      using lock = await lockDirectory(`${path}.lock`, { waitMs: lockWaitMs, staleMs: LOCK_STALE_MS });
      if (!lock) throw errors.configBusy(path, lockWaitMs);
      const merged = merge(read(path), wanted);
      if (merged) deps.replaceFile(path, `${JSON.stringify(merged, null, 2)}\n`);
      // A program that does not know the lock may have written in between: only reading tells.
      if (merge(read(path), wanted) === undefined) return { changed: true, notes };
    }
  } catch (error) {
    throw isOrcError(error) ? error : errors.configUnwritable(path, error);
  }
  throw errors.configLost(path, ATTEMPTS_MAX);
}

/** The configuration with what it lacks, or `undefined` when it lacks nothing. */
function merge(config: JsonObject, { directories, apiKey }: Wanted): JsonObject | undefined {
  const projects = objectAt(config, 'projects');
  const untrusted = directories.filter((each) => objectAt(projects, each)['hasTrustDialogAccepted'] !== true);
  const lacksOnboarding = apiKey !== undefined && config['hasCompletedOnboarding'] !== true;
  const lacksKey =
    apiKey !== undefined && !answersOf(config, 'approved', apiKey) && !answersOf(config, 'rejected', apiKey);
  if (untrusted.length === 0 && !lacksOnboarding && !lacksKey) return undefined;
  const trusted = untrusted.map((each) => [
    each,
    { ...objectAt(projects, each), hasTrustDialogAccepted: true },
  ]);
  return {
    ...config,
    ...(lacksOnboarding && { hasCompletedOnboarding: true }),
    ...(lacksKey && {
      customApiKeyResponses: withApproved(objectAt(config, 'customApiKeyResponses'), apiKey),
    }),
    ...(trusted.length > 0 && { projects: { ...projects, ...(Object.fromEntries(trusted) as JsonObject) } }),
  };
}

function withApproved(answers: JsonObject, apiKey: string): JsonObject {
  const { approved, rejected } = answers;
  return {
    ...answers,
    approved: [...(Array.isArray(approved) ? (approved as unknown[]) : []), apiKey.slice(-KEY_CHARACTERS)],
    rejected: Array.isArray(rejected) ? (rejected as unknown[]) : [],
  };
}

function answersOf(config: JsonObject, answer: 'approved' | 'rejected', apiKey: string): boolean {
  const keys = objectAt(config, 'customApiKeyResponses')[answer];
  return Array.isArray(keys) && keys.includes(apiKey.slice(-KEY_CHARACTERS));
}

function notesOn(config: JsonObject, { apiKey }: Wanted): string[] {
  return apiKey !== undefined && answersOf(config, 'rejected', apiKey)
    ? ['Somebody told the client not to use this API key, so the agents will not use it either.']
    : [];
}

function read(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return {};
    throw errors.configUnwritable(path, error);
  }
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw errors.configBroken(path, error);
  }
  if (!isObject(value)) throw errors.configBroken(path);
  return value;
}
