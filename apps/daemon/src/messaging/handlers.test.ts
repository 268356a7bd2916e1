import { join } from 'node:path';
import { operator } from '@orc/contracts';
import { OrcError } from '@orc/errors';
import { openQueue, type Queue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createMessageHandlers } from './handlers.ts';

const HOUR = 3_600_000;

/** Somebody who waits for a message of a ledger that can be broken meanwhile. */
function openWait() {
  const path = join(makeTempDirectory(), 'orc.db');
  const registry = openRegistry({ path });
  const queue = openQueue({ path });
  onTeardown(() => {
    queue[Symbol.dispose]();
    registry[Symbol.dispose]();
  });
  const { id } = queue.send({ sender: operator, recipient: 'shop/developer', body: 'Well?' });
  const listeners = new Set<() => void>();
  const ledger = { isBroken: false };
  const watched: Queue = {
    ...queue,
    get(id) {
      if (ledger.isBroken)
        throw new OrcError('ORC_SQLITE_BUSY', 'The database stayed locked. Try again.', {});
      return queue.get(id);
    },
    watch(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
  // Waiting asks nothing of what sending needs.
  const handlers = createMessageHandlers({ queue: watched, registry }, {} as never);
  const gone = new AbortController();
  const wait = (timeoutMs: number) =>
    handlers.waitForMessage({
      caller: { type: 'operator', name: operator },
      params: { id },
      query: { state: 'done', timeoutMs },
      body: undefined,
      headers: {},
      progress: () => undefined,
      signal: gone.signal,
    });
  const commit = () => listeners.forEach((listener) => listener());
  return { queue, id, ledger, listeners, gone, wait, commit };
}

describe('waiting for a message', () => {
  it('ends when the message has got that far, and not before', async () => {
    const { queue, id, listeners, wait, commit } = openWait();
    const waiting = wait(HOUR);
    commit();
    expect(listeners.size).toBe(1);
    queue.finish(id);
    commit();
    expect(await waiting).toMatchObject({ isReached: true, message: { id, state: 'done' } });
    expect(listeners.size).toBe(0);
  });

  it('ends with the time, and with whoever waits', async () => {
    const { gone, listeners, wait } = openWait();
    expect(await wait(1)).toMatchObject({ isReached: false, message: { state: 'queued' } });
    const waiting = wait(HOUR);
    gone.abort();
    expect(await waiting).toMatchObject({ isReached: false });
    expect(listeners.size).toBe(0);
  });

  it.each([
    ['at a commit', HOUR, 'commit'],
    ['at the end of the time', 1, 'nothing'],
    ['when whoever waits is gone', HOUR, 'hang-up'],
  ])('gives its error to whoever waits: %s', async (_, timeoutMs, event) => {
    const { ledger, gone, listeners, wait, commit } = openWait();
    const waiting = wait(timeoutMs);
    ledger.isBroken = true;
    if (event === 'commit') commit();
    if (event === 'hang-up') gone.abort();
    await expect(waiting).rejects.toThrow('The database stayed locked');
    expect(listeners.size).toBe(0);
  });
});
