import { mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createFollower, listDayFiles, type Follower } from '@orc/jsonl';
import { parseFilter } from './filter/filter.ts';
import { createMatcher } from './glob.ts';
import { toEvent, type DamagedLine } from './read.ts';
import type { BusEvent } from './types.ts';

export interface FollowOptions {
  readonly directory: string;
  /** Globs as for `subscribe`. Default: all. */
  readonly types?: string | readonly string[] | undefined;
  /** As for `parseFilter`. */
  readonly filter?: string | undefined;
  readonly onDamaged?: (line: DamagedLine) => void;
  /** Hears of a file that cannot be read and of the listener's own faults. Default: they are thrown. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Calls the listener with each event that any process logs from now on, until disposed of. Sleeps until
 * the file system says that something was written. The directory is made when it is missing.
 *
 * @throws ORC_EVENT_BUS_BAD_GLOB, ORC_EVENT_BUS_BAD_FILTER
 */
export function followEvents(options: FollowOptions, listener: (event: BusEvent) => void): Disposable {
  const { directory, types = '*', onDamaged, onError = rethrow } = options;
  const matches = createMatcher(types);
  const passes = options.filter === undefined ? undefined : parseFilter(options.filter);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const followers = new Map<string, Followed>();
  const take = (follower: Follower): void => {
    for (const line of follower.poll()) {
      const event = toEvent(line);
      if (event === undefined) onDamaged?.({ path: follower.path, line: line.line });
      else if (matches(event.type) && passes?.(event) !== false) listener(event);
    }
  };
  const read = (day: string): void => {
    const path = join(directory, `${day}.jsonl`);
    // A file that was not there at the start is read whole. An event may also come late for an old day.
    const followed = followers.get(day) ?? { follower: createFollower(path), part: 0 };
    followers.set(day, followed);
    for (const closed of listDayFiles(directory)) {
      if (closed.day !== day || !Number.isFinite(closed.part) || closed.part <= followed.part) continue;
      followed.follower.moveTo(closed.path);
      followed.part = closed.part;
      take(followed.follower);
      followed.follower = createFollower(path);
    }
    take(followed.follower);
  };
  const watcher = watch(directory, (_change, name) => {
    const day = name === null ? undefined : /^(\d{4}-\d{2}-\d{2})(?:\.\d+)?\.jsonl$/.exec(name)?.[1];
    if (day === undefined) return;
    try {
      read(day);
    } catch (error) {
      onError(error);
    }
  });
  watcher.on('error', onError);
  for (const { day, part, path } of listDayFiles(directory)) {
    if (Number.isFinite(part))
      followers.set(day, { follower: createFollower(join(directory, `${day}.jsonl`)), part });
    else {
      const follower = createFollower(path, { from: 'end' });
      follower.poll();
      followers.set(day, { follower, part: followers.get(day)?.part ?? 0 });
    }
  }
  return { [Symbol.dispose]: () => watcher.close() };
}

/** A day's open file, and the last of its closed parts that was read. */
interface Followed {
  follower: Follower;
  part: number;
}

function rethrow(error: unknown): never {
  throw error;
}
