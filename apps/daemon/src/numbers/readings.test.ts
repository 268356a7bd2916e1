import { openQueue } from '@orc/queue';
import { onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { readLedger } from './readings.ts';

it('measures a task for as long as it runs, however much was seen since it was sent', () => {
  const clock = { at: Date.UTC(2030, 0, 7, 8), now: () => clock.at };
  const queue = openQueue({ path: ':memory:' }, { clock });
  onTeardown(() => queue[Symbol.dispose]());
  const message = { sender: 'orc', recipient: 'shop/developer', body: 'text' };
  const task = queue.send({ ...message, kind: 'task' });
  const notes = queue.sendAll(
    Array.from({ length: 1_000 }, () => ({ ...message, recipient: 'shop/tester' })),
  );
  const question = queue.send({ ...message, kind: 'question' });
  for (const { id } of notes) queue.advance(id, { step: 'answered' });
  for (const { id } of [task, question]) queue.start(id, 'shop/developer');
  clock.at += 3_600_001;
  const readings = readLedger(queue, { projects: [], now: clock.at, windowMs: 3_600_000 });
  expect(readings).toEqual([
    { metric: 'duration', subject: task.id, kind: 'task', value: 3_600_001 },
    { metric: 'duration', subject: question.id, kind: 'question', value: 3_600_001 },
  ]);
});
