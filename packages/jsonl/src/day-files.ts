import { createReadStream, createWriteStream, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { isErrno } from '@orc/errors';

/** One file of a day log. A day has one that is written to and any number of closed parts. */
export interface DayFile {
  readonly path: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Counts the closed parts of a day from 1; `Infinity` for the one that is written to. */
  readonly part: number;
  readonly isPacked: boolean;
}

/** How large and how old the files of a day log may become. */
export interface RotationPolicy {
  /** A file of this size is closed and the next line begins a new one. */
  readonly fileBytesMax: number;
  /** Days that are kept, today not counted. */
  readonly daysMax: number;
  /** The oldest parts go when all files together are larger. What is written to is never removed. */
  readonly totalBytesMax: number;
}

export interface Rotation {
  readonly closed: string[];
  readonly packed: string[];
  readonly removed: string[];
}

const NAME = /^(\d{4}-\d{2}-\d{2})(?:\.(\d+))?\.jsonl(\.gz)?$/;
const DAY_MS = 86_400_000;
// A writer that opened the file before it was renamed has written long before this.
const SETTLED_MS = 60_000;
const UNFINISHED = '.packing';

/** The files of a directory by day and part, in the order in which they were written. */
export function listDayFiles(directory: string): DayFile[] {
  const found = namesIn(directory).flatMap((name): DayFile[] => {
    const [, day, part, packed] = NAME.exec(name) ?? [];
    if (day === undefined || (part === undefined && packed !== undefined)) return [];
    return [
      {
        path: join(directory, name),
        day,
        part: part === undefined ? Number.POSITIVE_INFINITY : Number(part),
        isPacked: packed !== undefined,
      },
    ];
  });
  // Killed between packing and removing: both are there and hold the same.
  const plain = new Set(found.filter(({ isPacked }) => !isPacked).map(({ path }) => path));
  return found
    .filter(({ path, isPacked }) => !isPacked || !plain.has(path.slice(0, -'.gz'.length)))
    .sort((a, b) => (a.day === b.day ? a.part - b.part : a.day < b.day ? -1 : 1));
}

/**
 * Closes what is too large or of another day, packs closed parts with gzip, and removes what is too old or too
 * much. Safe while others write, read and follow, and when it is killed at any moment; one process at a time
 * may call it. `now` is in ms since 1970.
 */
export async function rotateDayFiles(
  directory: string,
  policy: RotationPolicy,
  now: number,
): Promise<Rotation> {
  const closed = closeParts(directory, policy, now);
  const packed: string[] = [];
  for (const name of namesIn(directory))
    if (name.endsWith(UNFINISHED)) rmSync(join(directory, name), { force: true });
  for (const file of listDayFiles(directory)) {
    const changedAt = statOf(file.path)?.mtimeMs;
    if (!Number.isFinite(file.part) || file.isPacked || changedAt === undefined) continue;
    if (now - changedAt < SETTLED_MS) continue;
    packed.push(await pack(file.path));
  }
  return { closed, packed, removed: removeOld(directory, policy, now) };
}

function closeParts(directory: string, { fileBytesMax }: RotationPolicy, now: number): string[] {
  const today = dayOf(now);
  const files = listDayFiles(directory);
  return files
    .filter(({ part }) => !Number.isFinite(part))
    .flatMap(({ path, day }) => {
      const stat = statOf(path);
      if (!stat) return [];
      const isOver = day < today && now - stat.mtimeMs >= SETTLED_MS;
      if (!isOver && stat.size < fileBytesMax) return [];
      const last = files.filter((file) => file.day === day && Number.isFinite(file.part)).at(-1)?.part ?? 0;
      const target = join(directory, `${day}.${last + 1}.jsonl`);
      renameSync(path, target);
      return [target];
    });
}

async function pack(path: string): Promise<string> {
  const unfinished = `${path}${UNFINISHED}`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished, { mode: 0o600 }));
  renameSync(unfinished, `${path}.gz`);
  rmSync(path);
  return `${path}.gz`;
}

function removeOld(directory: string, { daysMax, totalBytesMax }: RotationPolicy, now: number): string[] {
  const first = dayOf(now - daysMax * DAY_MS);
  const files = listDayFiles(directory).map((file) => ({ ...file, bytes: statOf(file.path)?.size ?? 0 }));
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const removed: string[] = [];
  for (const { path, day, part, bytes } of files) {
    const isTooMuch = total > totalBytesMax && Number.isFinite(part);
    if (day >= first && !isTooMuch) continue;
    rmSync(path, { force: true });
    total -= bytes;
    removed.push(path);
  }
  return removed;
}

export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

function statOf(
  path: string,
): { readonly ino: number; readonly size: number; readonly mtimeMs: number } | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
