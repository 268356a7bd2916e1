import { describe, expect, it } from 'vitest';
import { createWaiters } from './waiters.ts';

const signal = () => new AbortController().signal;

describe('waiters', () => {
  it('give their text to the hook that waits, once', async () => {
    const waiters = createWaiters(() => undefined);
    const waiting = waiters.wait('shop/developer', 's1', signal());
    expect(waiters.give('shop/developer', 'mail')).toBe(true);
    expect(await waiting).toBe('mail');
    expect(waiters.give('shop/developer', 'more')).toBe(false);
  });

  it('are one per agent: a newer one sends the older one home', async () => {
    const waiters = createWaiters(() => undefined);
    const older = waiters.wait('shop/developer', 's1', signal());
    const newer = waiters.wait('shop/developer', 's2', signal());
    expect(await older).toBe('');
    waiters.give('shop/developer', 'mail');
    expect(await newer).toBe('mail');
  });

  it('forget a caller that has gone, and not the one after it', async () => {
    const waiters = createWaiters(() => undefined);
    const gone = new AbortController();
    const first = waiters.wait('shop/developer', 's1', gone.signal);
    const second = waiters.wait('shop/developer', 's2', signal());
    gone.abort();
    expect(await first).toBe('');
    expect(waiters.has('shop/developer')).toBe(true);
    waiters.dismissAll();
    expect(await second).toBe('');
    expect(waiters.has('shop/developer')).toBe(false);
  });

  it('are announced, so that mail that came before them is not left lying', () => {
    const arrived: string[] = [];
    const waiters = createWaiters((agentId) => arrived.push(agentId));
    void waiters.wait('shop/developer', 's1', signal());
    expect(arrived).toEqual(['shop/developer']);
  });
});
