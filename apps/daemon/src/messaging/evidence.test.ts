import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TranscriptFact } from '@orc/agent-runtime';
import { openQueue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { createEvidence } from './evidence.ts';

const START = Date.UTC(2030, 0, 1);
const AGENT = 'shop/developer';

/** A ledger, a developer with a transcript, and whoever reads it; each record is a second after the one before. */
function makeDesk() {
  const directory = makeTempDirectory('orc-evidence');
  const path = join(directory, 'orc.db');
  const clock = { at: START, now: () => clock.at };
  const queue = openQueue({ path, busyTimeoutMs: 20 }, { clock });
  const registry = openRegistry({ path }, { clock });
  onTeardown(() => [registry, queue].forEach((each) => each[Symbol.dispose]()));
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer'));
  const logged: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const facts: string[] = [];
  const onFact = (_: string, fact: TranscriptFact): void => {
    if (fact.type === 'interrupted') throw new Error('nobody takes this');
    facts.push(`${fact.type} ${'ids' in fact ? fact.ids.join() : ''}`.trim());
  };
  const channels = { sighted: () => undefined, proved: () => undefined };
  const transcript = join(directory, 'one.jsonl');
  const evidence = createEvidence({ queue, registry, log, clock }, channels, onFact);
  evidence.follow(AGENT, transcript);

  const record = (said: object) => {
    clock.at += 1_000;
    return `${JSON.stringify({ timestamp: new Date(clock.at).toISOString(), ...said })}\n`;
  };
  return {
    ...{ queue, registry, evidence, facts, logged, directory, transcript, clock },
    write: (said: object, file = transcript) => appendFileSync(file, record(said)),
    /** A message that a hook has printed. */
    inject: (id: string): void => {
      queue.send({ id, sender: 'shop/tester', recipient: AGENT, body: 'Look at the cart.' });
      queue.lease(AGENT, { worker: 'hook' });
      queue.inject([id], { worker: 'hook', channel: 'PostToolUse' });
    },
    /** Keeps everybody else from writing, until it is disposed of. */
    lock: (): Disposable => {
      const database = openDatabase({ path });
      database.exec('BEGIN IMMEDIATE');
      return { [Symbol.dispose]: () => database.close() };
    },
    steps: () => queue.list({ recipient: AGENT }).map(({ id, step }) => `${id} ${step ?? 'none'}`),
  };
}

const context = (id: string, filler = '') => ({
  type: 'attachment',
  attachment: { type: 'hook_additional_context', content: [`[orc:${id}] Look.${filler}`] },
});
const queued = (operation: string, id: string) => ({
  type: 'queue-operation',
  operation,
  content: `[orc:${id}] Look.`,
});
const interruption = { type: 'user', message: { content: '[Request interrupted by user]' } };

it('keeps what it has read until the database takes it, in its order, and says once why it waits', () => {
  const { evidence, inject, write, lock, steps, facts, logged } = makeDesk();
  for (const id of ['m1', 'm2']) inject(id);
  for (const id of ['m1', 'm2']) write(context(id));
  const locked = lock();
  evidence.poll();
  evidence.poll();
  expect([steps(), facts, logged]).toEqual([
    ['m1 printed', 'm2 printed'],
    [],
    ['a transcript could not be read'],
  ]);
  locked[Symbol.dispose]();
  evidence.poll();
  expect([steps(), facts]).toEqual([
    ['m1 accepted', 'm2 accepted'],
    ['accepted m1', 'accepted m2'],
  ]);
});

it('goes on after a fact that nobody can take', () => {
  const { evidence, inject, write, steps, logged } = makeDesk();
  inject('m1');
  write(interruption);
  write(context('m1'));
  evidence.poll();
  expect([steps(), logged]).toEqual([['m1 accepted'], ['a fact of a transcript was left out']]);
});

it('goes on to the next transcript when the former one cannot be read', () => {
  const { evidence, inject, write, steps, directory, transcript } = makeDesk();
  inject('m1');
  write({ type: 'other' });
  evidence.follow(AGENT, join(transcript, 'below-a-file.jsonl'));
  const next = join(directory, 'two.jsonl');
  write(context('m1'), next);
  evidence.follow(AGENT, next);
  evidence.poll();
  expect(steps()).toEqual(['m1 accepted']);
});

it('queues again what the client dropped, and nothing else', () => {
  const { evidence, inject, write, queue } = makeDesk();
  for (const id of ['m1', 'm2', 'm3']) inject(id);
  write(context('m3'));
  write(queued('enqueue', 'm1'));
  write(queued('remove', 'm1'));
  evidence.poll();
  const stateOf = (id: string) => queue.get(id).state;
  expect(['m1', 'm2', 'm3'].map(stateOf)).toEqual(['queued', 'injected', 'injected']);
  expect(queue.get('m1').reason).toBe('the client dropped it: withdrawn');
});

it('takes a transcript that was written anew for a conversation that begins anew', () => {
  const { evidence, inject, write, queue, steps, transcript } = makeDesk();
  inject('m1');
  write(context('m1'));
  evidence.poll();
  queue.requeueUnseen(AGENT, 'its process has ended');
  queue.lease(AGENT, { worker: 'hook' });
  queue.inject(['m1'], { worker: 'hook', channel: 'SessionStart' });
  rmSync(transcript);
  write(context('m1'));
  evidence.poll();
  expect(steps()).toEqual(['m1 accepted']);
});

it('reads a long transcript in several looks, and to its end before the next one', () => {
  const { evidence, inject, write, facts, directory } = makeDesk();
  for (const id of ['m1', 'm2', 'm3']) inject(id);
  const half = 'x'.repeat(700_000);
  write(context('m1', half));
  write(context('m2', half));
  evidence.poll();
  expect(facts).toEqual(['accepted m1']);
  expect(evidence.isBehind()).toBe(true);
  const next = join(directory, 'two.jsonl');
  writeFileSync(next, '');
  write(context('m3'), next);
  evidence.follow(AGENT, next);
  evidence.poll();
  expect(facts).toEqual(['accepted m1', 'accepted m2', 'accepted m3']);
  expect(evidence.isBehind()).toBe(false);
});

it('holds up what waits for evidence for half a minute in a row, and no longer', () => {
  const { evidence, transcript, clock } = makeDesk();
  const grow = (looks: number) => appendFileSync(transcript, 'x'.repeat(looks * 1_048_576));
  const look = (afterMs: number): boolean[] => {
    clock.at += afterMs;
    evidence.poll();
    return [evidence.isBehind(), evidence.isBehind(AGENT), evidence.isBehind('shop/tester')];
  };
  grow(4);
  expect(look(0)).toEqual([true, true, false]);
  expect(look(29_999)).toEqual([true, true, false]);
  expect(look(1)).toEqual([false, false, false]);
  // Once it has been read to its end, it may take its time again.
  look(0);
  grow(2);
  expect(look(0)).toEqual([true, true, false]);
});

it('reads what an agent has that has ended until its client has gone', () => {
  const { evidence, registry, inject, write, steps } = makeDesk();
  for (const id of ['m1', 'm2']) inject(id);
  registry.updateAgent(AGENT, { desired: 'ended', pid: 4_711 });
  evidence.poll();
  write(context('m1'));
  registry.updateAgent(AGENT, { pid: null });
  evidence.poll();
  write(context('m2'));
  evidence.poll();
  expect(steps()).toEqual(['m1 accepted', 'm2 printed']);
});
