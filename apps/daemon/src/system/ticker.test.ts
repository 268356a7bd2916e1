import { waitUntil } from '@orc/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { startTicker } from './ticker.ts';

const log = pino({ level: 'silent' });

describe('startTicker', () => {
  it('goes on after a job that fails', async () => {
    let runs = 0;
    const failing = {
      name: 'x',
      everyMs: 5,
      run: () => {
        runs += 1;
        throw new Error('no');
      },
    };
    using _ticker = startTicker([failing], log);
    await waitUntil(() => runs > 2);
  });

  it('never runs a job beside itself', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const slow = {
      name: 'x',
      everyMs: 1,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 10));
        running -= 1;
        runs += 1;
      },
    };
    using _ticker = startTicker([slow], log);
    await waitUntil(() => runs > 3);
    expect(most).toBe(1);
  });
});
