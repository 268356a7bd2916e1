import { spawn, type ChildProcess } from 'node:child_process';
import { onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createUsageMeter, findIdentity, listDescendants, type ProcessIdentity } from './index.ts';

function start(code: string): { child: ChildProcess; root: ProcessIdentity } {
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
  onTeardown(() => void child.kill('SIGKILL'));
  const root = findIdentity(child.pid ?? 0);
  if (!root) throw new Error('it did not start');
  return { child, root };
}

describe('createUsageMeter', () => {
  it('counts memory and processes of a whole tree', async () => {
    const { root } = start(
      `require('child_process').spawn('sleep', ['60'], { stdio: 'ignore' }); setInterval(() => 0, 1000)`,
    );
    await waitUntil(() => listDescendants(root.pid).length === 1);
    onTeardown(() => listDescendants(root.pid).forEach(({ pid }) => process.kill(pid, 'SIGKILL')));
    const meter = createUsageMeter();
    const usage = meter.read(new Map([['agent', root]])).get('agent');
    expect(usage).toMatchObject({ cpuPercent: null, processCount: 2 });
    expect(usage?.memoryBytes).toBeGreaterThan(10 * 1024 * 1024);
  });

  it('tells a busy tree from an idle one by what each used since the last reading', async () => {
    const busy = start('for (;;);').root;
    const idle = start('setInterval(() => 0, 60_000)').root;
    const roots = new Map([
      ['busy', busy],
      ['idle', idle],
    ]);
    let time = 0;
    const meter = createUsageMeter({ now: () => time });
    await waitUntil(() => {
      meter.read(roots);
      // A tick of the kernel's clock is 10 ms: what used none in a second of this clock uses 0 %.
      time += 1_000;
      return (meter.read(roots).get('busy')?.cpuPercent ?? 0) > 0;
    });
    time += 1_000;
    expect(meter.read(roots).get('idle')?.cpuPercent).toBeLessThan(50);
    // Without time between two readings there is nothing to say.
    expect(meter.read(roots).get('busy')?.cpuPercent).toBeNull();
  });

  it('leaves out what has ended, and a later process with the same pid', () => {
    const { root } = start('setInterval(() => 0, 1000)');
    const other = { pid: root.pid, startedAtTicks: '1' };
    const meter = createUsageMeter();
    const usages = meter.read(
      new Map([
        ['gone', { pid: 2 ** 22 + 1, startedAtTicks: '1' }],
        ['other', other],
        ['there', root],
      ]),
    );
    expect([...usages.keys()]).toEqual(['there']);
    expect(meter.read(new Map())).toEqual(new Map());
  });
});
