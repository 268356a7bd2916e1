import { mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createFollower, type Follower } from '@orc/jsonl';
import { createMatcher } from './glob.ts';
import { listDays, toEvent, type DamagedLine } from './read.ts';
import type { BusEvent } from './types.ts';

export interface FollowOptions {
  readonly directory: string;
  /** Globs as for `subscribe`. Default: all. */
  readonly types?: string | readonly string[] | undefined;
  readonly onDamaged?: (line: DamagedLine) => void;
  /** Hears of a file that cannot be read and of the listener's own faults. Default: they are thrown. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Calls the listener with each event that any process logs from now on, until disposed of. Sleeps until
 * the file system says that something was written. The directory is made when it is missing.
 *
 * @throws ORC_EVENT_BUS_BAD_GLOB
 */
export function followEvents(options: FollowOptions, listener: (event: BusEvent) => void): Disposable {
  const { directory, types = '*', onDamaged, onError = rethrow } = options;
  const matches = createMatcher(types);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const followers = new Map<string, Follower>();
  const read = (day: string): void => {
    // A file that was not there at the start is read whole. An event may also come late for an old day.
    const follower = followers.get(day) ?? createFollower(join(directory, `${day}.jsonl`));
    followers.set(day, follower);
    for (const line of follower.poll()) {
      const event = toEvent(line);
      if (event === undefined) onDamaged?.({ path: follower.path, line: line.line });
      else if (matches(event.type)) listener(event);
    }
  };
  const watcher = watch(directory, (_change, name) => {
    const day = name === null ? undefined : /^(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(name)?.[1];
    if (day === undefined) return;
    try {
      read(day);
    } catch (error) {
      onError(error);
    }
  });
  watcher.on('error', onError);
  for (const day of listDays(directory)) {
    const follower = createFollower(join(directory, `${day}.jsonl`), { from: 'end' });
    follower.poll();
    followers.set(day, follower);
  }
  return { [Symbol.dispose]: () => watcher.close() };
}

function rethrow(error: unknown): never {
  throw error;
}
