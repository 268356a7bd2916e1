import { describe, expect, it } from 'vitest';
import { openResources } from './resources.ts';

describe('resources', () => {
  it('ends everything in the reverse order, once', async () => {
    const ended: string[] = [];
    const resources = openResources();
    resources.onEnd(() => ended.push('first'));
    resources.onEnd(async () => ended.push('second'));
    await resources[Symbol.asyncDispose]();
    await resources[Symbol.asyncDispose]();
    expect(ended).toEqual(['second', 'first']);
  });

  it('ends the rest when one cleanup fails, and says so', async () => {
    const ended: string[] = [];
    const resources = openResources();
    resources.onEnd(() => ended.push('first'));
    resources.onEnd(() => {
      throw new Error('stuck');
    });
    await expect(resources[Symbol.asyncDispose]()).rejects.toThrow('Not everything could be ended.');
    expect(ended).toEqual(['first']);
  });

  it('ends everything before an interrupted process leaves, and leaves no listener behind', async () => {
    const before = process.listenerCount('SIGTERM');
    const ended: string[] = [];
    const code = await new Promise<number>((resolve) => {
      openResources(resolve).onEnd(() => ended.push('server'));
      process.emit('SIGTERM', 'SIGTERM');
    });
    expect([code, ended, process.listenerCount('SIGTERM')]).toEqual([143, ['server'], before]);
  });
});
