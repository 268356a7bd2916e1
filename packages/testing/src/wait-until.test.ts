import { describe, expect, it } from 'vitest';
import { waitUntil } from './index.ts';

describe('waitUntil', () => {
  it('gives the first value that is something', async () => {
    const values = [undefined, null, false, 'there', 'later'];
    expect(await waitUntil(() => values.shift(), { intervalMs: 1 })).toBe('there');
    expect(values).toEqual(['later']);
  });

  it('takes zero and the empty string for values', async () => {
    expect(await waitUntil(() => 0)).toBe(0);
    expect(await waitUntil(async () => '')).toBe('');
  });

  it('goes on after an error', async () => {
    let looks = 0;
    const value = await waitUntil(
      () => {
        looks += 1;
        if (looks < 3) throw new Error('not yet');
        return looks;
      },
      { intervalMs: 1 },
    );
    expect(value).toBe(3);
  });

  it('says what did not hold, with the error of the last look as the cause', async () => {
    const waiting = waitUntil(
      () => {
        throw new Error('no server');
      },
      { timeoutMs: 30, intervalMs: 1, what: 'the server' },
    );
    await expect(waiting).rejects.toMatchObject({
      message: 'the server did not hold within 30 ms',
      cause: { message: 'no server' },
    });
  });

  it('does not blame an error that was over by the last look', async () => {
    let looks = 0;
    const waiting = waitUntil(
      () => {
        looks += 1;
        if (looks === 1) throw new Error('at first');
        return false;
      },
      { timeoutMs: 30, intervalMs: 1 },
    );
    const failure: unknown = await waiting.catch((error: unknown) => error);
    expect((failure as Error).cause).toBeUndefined();
  });
});
