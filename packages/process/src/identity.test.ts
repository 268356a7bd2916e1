import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { findIdentity, isRunning, listDescendants, signalProcess, type ProcessIdentity } from './index.ts';

// More than the largest pid that Linux gives out.
const NO_SUCH_PID = 2 ** 22 + 1;

function start(file: string, args: string[]): { child: ChildProcess; identity: ProcessIdentity } {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTeardown(() => void child.kill('SIGKILL'));
  const identity = findIdentity(child.pid ?? NO_SUCH_PID);
  if (!identity) throw new Error(`${file} did not start`);
  return { child, identity };
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('findIdentity', () => {
  it('gives the same identity each time while the process runs', () => {
    expect(findIdentity(process.pid)).toEqual(findIdentity(process.pid));
    expect(findIdentity(process.pid)?.startedAtTicks).toMatch(/^\d+$/);
  });

  it('finds nothing under a pid that nobody has', () => {
    expect(findIdentity(NO_SUCH_PID)).toBeUndefined();
    expect(findIdentity(0)).toBeUndefined();
    expect(findIdentity(-1)).toBeUndefined();
  });

  it('reads past a program name that looks like the rest of the line', () => {
    const program = join(makeTempDirectory(), 'a) R 1 (b');
    copyFileSync('/bin/sleep', program);
    chmodSync(program, 0o700);
    const { identity } = start(program, ['60']);
    expect(identity.startedAtTicks).toMatch(/^\d{3,}$/);
    expect(listDescendants(process.pid)).toContainEqual(identity);
  });

  it('takes a zombie for ended', async () => {
    // The shell becomes a sleep, which never waits for the child that it inherits; the child ends after that.
    const untilSleep = 'while [ "$(cat /proc/$PPID/comm)" = sh ]; do sleep 0.02; done';
    const { child } = start('sh', ['-c', `sh -c '${untilSleep}' & echo $!; exec sleep 60`]);
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const zombie = Number(line.toString());
    await waitUntil(() => findIdentity(zombie) === undefined, { what: 'the end of the child' });
    expect(() => process.kill(zombie, 0)).not.toThrow();
    expect(listDescendants(child.pid ?? NO_SUCH_PID)).toEqual([]);
  });
});

describe('isRunning', () => {
  it('holds until the process ends', async () => {
    const { child, identity } = start('sleep', ['60']);
    expect(isRunning(identity)).toBe(true);
    await end(child);
    expect(isRunning(identity)).toBe(false);
  });

  it('does not hold for another process with the same pid', () => {
    const identity = findIdentity(process.pid);
    expect(isRunning({ pid: process.pid, startedAtTicks: '1' })).toBe(false);
    expect(identity && isRunning(identity)).toBe(true);
  });
});

describe('listDescendants', () => {
  it('lists children before grandchildren, and nobody else', async () => {
    const { child } = start('sh', ['-c', 'sh -c "sleep 61; true" & sleep 62; true']);
    const pid = child.pid ?? NO_SUCH_PID;
    const found = await waitUntil(() => {
      const all = listDescendants(pid);
      return all.length === 3 && all;
    });
    const [first, second, third] = found.map((identity) => identity.pid);
    expect(
      listDescendants(first ?? 0)
        .map((identity) => identity.pid)
        .concat(listDescendants(second ?? 0).map((identity) => identity.pid)),
    ).toEqual([third]);
    for (const identity of found.reverse()) signalProcess(identity, 'SIGKILL');
  });

  it('is empty for a process that has none or is gone', () => {
    expect(listDescendants(NO_SUCH_PID)).toEqual([]);
  });
});

describe('signalProcess', () => {
  it('reaches the process', async () => {
    const { child, identity } = start('sleep', ['60']);
    expect(signalProcess(identity, 'SIGTERM')).toBe(true);
    const [, signal] = (await once(child, 'exit')) as [number | null, string];
    expect(signal).toBe('SIGTERM');
  });

  it('sends nothing to a later process that got the same pid', () => {
    const { child, identity } = start('sleep', ['60']);
    expect(signalProcess({ ...identity, startedAtTicks: '1' }, 'SIGKILL')).toBe(false);
    expect(child.exitCode).toBeNull();
    expect(isRunning(identity)).toBe(true);
  });

  it('says so when the process has ended', async () => {
    const { child, identity } = start('sleep', ['60']);
    await end(child);
    expect(signalProcess(identity, 'SIGKILL')).toBe(false);
  });
});
