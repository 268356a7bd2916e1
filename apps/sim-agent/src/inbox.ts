import type { HookOutcome } from './hook-runner.ts';

/** Something that starts a turn, or joins the running one. */
export interface Incoming {
  /** `wake`: from a waiter. `resume`: the client's own prompt after a usage limit. `command`: starts with a slash. */
  readonly kind: 'prompt' | 'wake' | 'resume' | 'command';
  /** What the model gets. */
  readonly text: string;
  /** What stands on the screen; empty for nothing. */
  readonly shown: string;
  /** The text without the client's envelope, for the brain. */
  readonly raw: string;
  /** Typed while busy: its UserPromptSubmit hooks were started at once. */
  readonly submitted?: Promise<HookOutcome>;
}

export interface Inbox {
  push(item: Incoming): void;
  remove(item: Incoming): void;
  /** Takes out everything that may join a running turn; commands stay for its end. */
  takeJoining(): Incoming[];
  /** The oldest item, as soon as there is one. */
  next(): Promise<Incoming>;
  list(): readonly Incoming[];
}

export function createInbox(): Inbox {
  let items: Incoming[] = [];
  let waiting: ((item: Incoming) => void) | undefined;
  return {
    push(item) {
      if (!waiting) {
        items.push(item);
        return;
      }
      const resolve = waiting;
      waiting = undefined;
      resolve(item);
    },
    remove(item) {
      items = items.filter((other) => other !== item);
    },
    takeJoining() {
      const joining = items.filter((item) => item.kind !== 'command');
      items = items.filter((item) => item.kind === 'command');
      return joining;
    },
    next() {
      const item = items.shift();
      if (item) return Promise.resolve(item);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    list: () => items,
  };
}
