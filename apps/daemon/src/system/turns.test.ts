import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('run one after the other for one key, also after a failure', async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const step = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (name === 'a') throw new Error('no');
    };
    const first = turns('x', step('a'));
    const second = turns('x', step('b'));
    await expect(first).rejects.toThrow('no');
    await second;
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('do not wait for those of another key', async () => {
    const turns = createTurns();
    void turns('x', () => new Promise(() => undefined));
    expect(await turns('y', async () => 1)).toBe(1);
  });
});
