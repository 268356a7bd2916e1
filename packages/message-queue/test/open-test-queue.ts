import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import type { QueueConfigInput } from '../src/config.ts';
import { openQueue } from '../src/queue.ts';
import type { Message, Queue, QueueDeps, SendInput } from '../src/types.ts';

/** A clock that moves only when a test moves it. */
export interface TestClock {
  readonly now: () => number;
  readonly pass: (ms: number) => void;
}

export interface TestQueue {
  readonly queue: Queue;
  readonly clock: TestClock;
  readonly path: string;
  /** Sends a message from `demo/pm` to `demo/dev`, or as said. */
  readonly send: (input?: Partial<SendInput>) => Message;
  /** Sends, leases and injects: the message has been printed by a hook of `worker`. */
  readonly inject: (input?: Partial<SendInput>) => Message;
  /** As far as `seen`. */
  readonly see: (input?: Partial<SendInput>) => Message;
}

export const startOfTests = Date.UTC(2026, 0, 1);

/** A queue on a real file that is removed with the current test. */
export function openTestQueue(config: QueueConfigInput = {}, deps: QueueDeps = {}): TestQueue {
  const path = join(makeTempDirectory('orc-queue'), 'orc.db');
  let time = startOfTests;
  const clock = { now: () => time, pass: (ms: number) => void (time += ms) };
  const queue = openQueue({ path, ...config }, { clock, ...deps });
  onTeardown(() => queue[Symbol.dispose]());

  const send = (input: Partial<SendInput> = {}) =>
    queue.send({ sender: 'demo/pm', recipient: 'demo/dev', body: 'Look at the build.', ...input });
  const inject = (input: Partial<SendInput> = {}) => {
    const { id, recipient } = send(input);
    const leased = queue.lease(recipient, { worker: 'hook', limit: 1_000 });
    queue.inject(
      leased.map((message) => message.id),
      { worker: 'hook', channel: 'PostToolUse' },
    );
    return queue.get(id);
  };
  const see = (input: Partial<SendInput> = {}) => {
    const { id } = inject(input);
    queue.advance(id, { step: 'answered' });
    return queue.get(id);
  };
  return { queue, clock, path, send, inject, see };
}

/** The ids of messages, in their order. */
export const idsOf = (messages: readonly { readonly id: string }[]): string[] =>
  messages.map((message) => message.id);
