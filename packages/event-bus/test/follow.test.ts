import { spawn } from 'node:child_process';
import { appendFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { createEventBus, followEvents, readEvents, rotateEvents, type BusEvent } from '../src/index.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2030, 0, 2, 12);

describe('followEvents', () => {
  it('gives what is logged from now on, over midnight and late for an old day', async () => {
    const directory = join(makeTempDirectory(), 'events');
    let now = NOON;
    const bus = createEventBus({ directory }, { clock: { now: () => now } });
    bus.publish('agent.launched', { n: 'before' });
    const seen: unknown[] = [];
    using _ = followEvents(
      { directory, types: 'agent.*' },
      ({ data }) => void seen.push((data as { n: string }).n),
    );
    bus.publish('agent.idle', { n: 'today' });
    bus.publish('message.seen', { n: 'other type' });
    now += DAY;
    bus.publish('agent.idle', { n: 'tomorrow' });
    bus.publish('agent.idle', { n: 'late' }, { at: NOON });
    await waitUntil(() => seen.length === 3);
    expect([...seen].sort()).toEqual(['late', 'today', 'tomorrow']);
  });

  it('waits for a directory that is not there yet', async () => {
    const directory = join(makeTempDirectory(), 'a/b/events');
    const seen: BusEvent[] = [];
    using _ = followEvents({ directory }, (event) => void seen.push(event));
    createEventBus({ directory }).publish('agent.launched', {});
    await waitUntil(() => seen.length === 1);
  });

  it('passes over damaged lines and goes on', async () => {
    const directory = makeTempDirectory();
    const path = join(directory, '2030-01-02.jsonl');
    const bus = createEventBus({ directory }, { clock: { now: () => NOON } });
    const damaged: unknown[] = [];
    const seen: BusEvent[] = [];
    using _ = followEvents(
      { directory, onDamaged: (line) => void damaged.push(line) },
      (event) => void seen.push(event),
    );
    appendFileSync(path, '{"cut off\n');
    bus.publish('agent.launched', {});
    await waitUntil(() => seen.length === 1);
    expect(damaged).toEqual([{ path, line: 1 }]);
  });

  it('tells of the faults of its listener and of files it cannot read, and goes on', async () => {
    const directory = makeTempDirectory();
    const bus = createEventBus({ directory }, { clock: { now: () => NOON } });
    const errors: unknown[] = [];
    const seen: BusEvent[] = [];
    using _ = followEvents({ directory, onError: (error) => void errors.push(error) }, (event) => {
      seen.push(event);
      if (event.type === 'agent.crashed') throw new Error('broken');
    });
    symlinkSync('2030-01-09.jsonl', join(directory, '2030-01-09.jsonl'));
    await waitUntil(() => errors.length === 1);
    bus.publish('agent.crashed', {});
    await waitUntil(() => errors.length === 2);
    bus.publish('agent.ended', {});
    await waitUntil(() => seen.length === 2);
  });

  it('misses nothing when a file is closed, and passes on what its filter lets through', async () => {
    const directory = makeTempDirectory();
    const bus = createEventBus({ directory });
    bus.publish('message.seen', { n: -1, text: 'x'.repeat(2_000) });
    await rotateEvents(directory, { fileBytesMax: 1_024 }, Date.now());
    const seen: number[] = [];
    using _ = followEvents(
      { directory, filter: 'data.n < 40' },
      ({ data }) => void seen.push((data as { n: number }).n),
    );
    for (let n = 0; n < 50; n += 1) {
      bus.publish('message.seen', { n, text: 'x'.repeat(200) });
      if (n % 10 === 9) await rotateEvents(directory, { fileBytesMax: 1_024 }, Date.now());
    }
    await waitUntil(() => seen.length === 40);
    expect(seen).toEqual(Array.from({ length: 40 }, (_unused, n) => n));
    expect([...readEvents({ directory })]).toHaveLength(51);
  });

  it('is silent when disposed of', async () => {
    const directory = makeTempDirectory();
    const bus = createEventBus({ directory });
    const first: BusEvent[] = [];
    const second: BusEvent[] = [];
    const ended = followEvents({ directory }, (event) => void first.push(event));
    using _ = followEvents({ directory }, (event) => void second.push(event));
    ended[Symbol.dispose]();
    bus.publish('agent.launched', {});
    await waitUntil(() => second.length === 1);
    expect(first).toEqual([]);
  });
});

describe('events of several processes', () => {
  it('stand in one file, whole and in the order of each', { timeout: 60_000 }, async () => {
    const directory = join(makeTempDirectory(), 'events');
    const seen: BusEvent[] = [];
    using _ = followEvents({ directory }, (event) => void seen.push(event));
    const children = ['a', 'b', 'c'].map((source) => {
      const args = ['--conditions=@orc/source', '--import', 'tsx', join(import.meta.dirname, 'publisher.ts')];
      const child = spawn(process.execPath, [...args, directory, source], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      onTeardown(() => void child.kill('SIGKILL'));
      return child;
    });
    await waitUntil(() => children.every(({ exitCode }) => exitCode === 0), { timeoutMs: 40_000 });
    const events = [...readEvents({ directory })];
    expect(events).toHaveLength(600);
    for (const source of ['a', 'b', 'c'])
      expect(events.filter((event) => event.source === source).map(({ seq }) => seq)).toEqual(
        Array.from({ length: 200 }, (_unused, index) => index + 1),
      );
    await waitUntil(() => seen.length === 600);
  });

  it('survive that a publisher is killed in the middle', { timeout: 60_000 }, async () => {
    const directory = join(makeTempDirectory(), 'events');
    const args = ['--conditions=@orc/source', '--import', 'tsx', join(import.meta.dirname, 'publisher.ts')];
    const child = spawn(process.execPath, [...args, directory, 'endless', 'Infinity'], { stdio: 'ignore' });
    onTeardown(() => void child.kill('SIGKILL'));
    await waitUntil(() => [...readEvents({ directory, tail: 20 })].length === 20, { timeoutMs: 40_000 });
    child.kill('SIGKILL');
    await waitUntil(() => child.signalCode === 'SIGKILL');
    const before = [...readEvents({ directory })].length;
    const event = createEventBus({ directory }).publish('daemon.started', {});
    const after = [...readEvents({ directory })];
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)).toEqual(event);
  });
});
