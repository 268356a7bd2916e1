import { describe, expect, it } from 'vitest';
import { createWaiters } from './waiters.ts';

const AGENT = 'shop/developer';
const signal = () => new AbortController().signal;
const make = (waitMs?: number) => createWaiters(() => undefined, waitMs === undefined ? {} : { waitMs });

describe('waiters', () => {
  it('give their text to the hook that waits, once', async () => {
    const waiters = make();
    const waiting = waiters.wait(AGENT, signal());
    expect(waiters.give(AGENT, 'mail')).toBe(true);
    expect(await waiting).toEqual({ type: 'mail', text: 'mail' });
    expect(waiters.give(AGENT, 'more')).toBe(false);
  });

  it('are one per agent: a newer one tells the older one that it was replaced', async () => {
    const waiters = make();
    const older = waiters.wait(AGENT, signal());
    const newer = waiters.wait(AGENT, signal());
    expect(await older).toEqual({ type: 'replaced' });
    waiters.give(AGENT, 'mail');
    expect(await newer).toEqual({ type: 'mail', text: 'mail' });
  });

  it('forget a caller that has gone, and not the one after it', async () => {
    const waiters = make();
    const gone = new AbortController();
    const first = waiters.wait(AGENT, gone.signal);
    const second = waiters.wait(AGENT, signal());
    gone.abort();
    expect(await first).toEqual({ type: 'replaced' });
    expect(waiters.has(AGENT)).toBe(true);
    waiters.dismissAll();
    expect(await second).toEqual({ type: 'again' });
    expect(waiters.has(AGENT)).toBe(false);
  });

  it('are asked to come again before the hook takes silence for a dead connection', async () => {
    const waiters = make(10);
    expect(await waiters.wait(AGENT, signal())).toEqual({ type: 'again' });
    expect(waiters.has(AGENT)).toBe(false);
  });

  it('are announced, so that mail that came before them is not left lying', () => {
    const arrived: string[] = [];
    const waiters = createWaiters((agentId) => arrived.push(agentId));
    void waiters.wait(AGENT, signal());
    expect(arrived).toEqual([AGENT]);
    waiters.dismissAll();
  });

  it('are forgotten when what follows from their arrival fails', async () => {
    const waiters = createWaiters(() => {
      throw new Error('the database is locked');
    });
    await expect(waiters.wait(AGENT, signal())).rejects.toThrow('the database is locked');
    expect(waiters.has(AGENT)).toBe(false);
    expect(waiters.give(AGENT, 'mail')).toBe(false);
  });
});
