import { spawn } from 'node:child_process';
import { onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { findByEnvironment } from './index.ts';

function start(env: Record<string, string>): number {
  const child = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' });
  onTeardown(() => void child.kill('SIGKILL'));
  return child.pid ?? 0;
}

const mark = `search-${process.pid}`;
const pidsOf = (wanted: Record<string, string | null>) => findByEnvironment(wanted).map(({ pid }) => pid);

describe('findByEnvironment', () => {
  it('finds exactly the processes that were started with every variable', () => {
    const first = start({ MARK: mark, AGENT: 'one' });
    const second = start({ MARK: mark, AGENT: 'two=2' });
    start({ MARK: `${mark}-other`, AGENT: 'one' });
    expect(pidsOf({ MARK: mark, AGENT: 'one' })).toEqual([first]);
    expect(pidsOf({ MARK: mark, AGENT: null }).sort()).toEqual([first, second].sort());
    expect(pidsOf({ MARK: mark, NOTHING: null })).toEqual([]);
    expect(findByEnvironment({ MARK: mark, AGENT: 'two=2' })).toMatchObject([
      { command: 'sleep 60', environment: { AGENT: 'two=2' }, parent: process.pid },
    ]);
  });
});
