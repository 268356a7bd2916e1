import { join } from 'node:path';
import { operator } from '@orc/contracts';
import { openQueue, type SendInput } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { createConsequences } from './consequences.ts';
import type { Notice, Notices } from './notices.ts';

function openLedger() {
  const path = join(makeTempDirectory(), 'orc.db');
  let now = Date.UTC(2030, 0, 1);
  const clock = { now: () => now, pass: (ms: number) => void (now += ms) };
  const registry = openRegistry({ path }, { clock });
  const queue = openQueue({ path, attemptsMax: 1 }, { clock });
  onTeardown(() => {
    queue[Symbol.dispose]();
    registry[Symbol.dispose]();
  });
  const told: Notice[] = [];
  const notices: Notices = {
    tell: (notice) => void told.push(notice),
    critical: () => {},
    hubOf: () => operator,
  };
  const send = (input: Partial<SendInput> = {}) =>
    queue.send({ sender: operator, recipient: 'shop/developer', body: 'Well?', ...input });
  return { queue, registry, clock, told, notices, send };
}

it('tells what it was killed before telling, and under the same id', () => {
  const { queue, registry, clock, told, notices, send } = openLedger();
  const { id } = send();
  queue.lease('shop/developer', { worker: 'hook' });
  clock.pass(3_600_000);
  queue.sweep();
  const killed = createConsequences(
    { queue, registry },
    {
      ...notices,
      tell(notice) {
        notices.tell(notice);
        throw new Error('killed');
      },
    },
  );
  expect(() => killed()).toThrow('killed');
  createConsequences({ queue, registry }, notices)();
  expect(told).toHaveLength(2);
  expect(told[0]).toEqual(told[1]);
  expect(told[1]).toMatchObject({ recipient: operator, text: expect.stringContaining(id) as string });
  createConsequences({ queue, registry }, notices)();
  expect(told).toHaveLength(2);
});

it('tells nobody what they did themselves, what is overtaken, and nothing about notices', () => {
  const { queue, registry, told, notices, send } = openLedger();
  queue.cancel(send().id, { reason: 'not needed', by: operator });
  queue.cancel(send({ kind: 'notice', sender: 'shop/pm' }).id, { reason: 'old' });
  queue.cancel(send({ kind: 'rebrief', sender: 'orc' }).id, { reason: 'replaced', by: 'orc' });
  const again = send();
  queue.cancel(again.id, { reason: 'by mistake' });
  queue.retry(again.id);
  createConsequences({ queue, registry }, notices)();
  expect(told).toEqual([]);
  expect(queue.untold()).toEqual([]);
});

it.each([
  ['running', ['shop/tester', operator]],
  ['stopped', ['shop/tester', operator]],
  ['ended', [operator]],
] as const)('tells a sender that is %s, if it can be told', (desired, recipients) => {
  const { queue, registry, told, notices, send } = openLedger();
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('tester', { desired }));
  queue.cancel(send({ sender: 'shop/tester' }).id, { reason: 'its recipient is gone' });
  createConsequences({ queue, registry }, notices)();
  expect(told.map(({ recipient }) => recipient)).toEqual(recipients);
});
