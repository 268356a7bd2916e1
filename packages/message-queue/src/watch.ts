import { watch as watchDirectory, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';

export interface Watching extends Disposable {
  readonly watch: (listener: () => void) => Disposable;
}

const betweenCallsMs = 20;

// The operating system reports that the log was written; the commit shows a little later, once the disk has
// confirmed it, and nothing reports that. So one write is followed by a few looks, ever further apart.
const looksMs = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/**
 * Tells of commits of any process. Between writes nothing runs, not even a timer: the operating system wakes
 * this process, and one look at a counter in the file says whether somebody committed.
 */
export function createWatching(ledger: Ledger): Watching {
  const listeners = new Set<() => void>();
  let stop: (() => void) | undefined;

  const start = () => {
    const caller = createThrottle(() => {
      for (const listener of listeners) listener();
    });
    const own = ledger.onCommit(caller.call);
    const others = ledger.path === ':memory:' ? undefined : watchCommits(ledger, caller.call);
    return () => {
      own[Symbol.dispose]();
      others?.[Symbol.dispose]();
      caller[Symbol.dispose]();
    };
  };

  return {
    watch(listener) {
      // A listener that is given twice is called twice, and each call of dispose ends one of them.
      const entry = () => listener();
      stop ??= start();
      listeners.add(entry);
      return {
        [Symbol.dispose]() {
          listeners.delete(entry);
          if (listeners.size > 0) return;
          stop?.();
          stop = undefined;
        },
      };
    },
    [Symbol.dispose]() {
      listeners.clear();
      stop?.();
      stop = undefined;
    },
  };
}

/** Calls at once, and again at the end of each interval in which it was asked to; never from inside a commit. */
function createThrottle(action: () => void): Disposable & { readonly call: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let calledAt = -Infinity;
  return {
    call() {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          calledAt = performance.now();
          action();
        },
        Math.max(0, Math.ceil(calledAt + betweenCallsMs - performance.now())),
      );
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

function watchCommits(ledger: Ledger, onCommit: () => void): Disposable {
  const counter = ledger.statement<{ data_version: number }>('PRAGMA data_version');
  const versionOf = () => {
    try {
      return ledger.read(() => counter.get()?.data_version);
    } catch {
      // A file that cannot be read now is reported to whoever asks the queue for something; here nobody asks.
      return undefined;
    }
  };
  let version = versionOf();
  let timer: NodeJS.Timeout | undefined;
  let look = 0;

  const next = () => {
    timer = undefined;
    const found = versionOf();
    if (found !== undefined && found !== version) {
      version = found;
      onCommit();
    }
    look += 1;
    const delay = looksMs[look];
    if (delay !== undefined) timer = setTimeout(next, delay);
  };
  const watcher = openWatcher(ledger.path, () => {
    // Under a stream of writes the looks stay close together without one look for each write.
    if (timer !== undefined && look <= 2) return;
    clearTimeout(timer);
    look = 0;
    timer = setTimeout(next, looksMs[0]);
  });
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function openWatcher(path: string, onWrite: () => void): FSWatcher {
  const directory = dirname(path);
  const names = new Set([basename(path), `${basename(path)}-wal`]);
  try {
    const watcher = watchDirectory(directory, (_event, name) => {
      if (name === null || names.has(name)) onWrite();
    });
    // The directory is gone, and the file with it: the next call on the queue says so, with a code.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch (error) {
    throw errors.cannotWatch(directory, error);
  }
}
