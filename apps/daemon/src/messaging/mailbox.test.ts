import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { openQueue, type SendInput } from '@orc/queue';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import pino from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { createMailbox } from './mailbox.ts';

const AGENT = 'shop/developer';
const LONG = 'long '.repeat(2_000);

function openMailbox(settings: { finishedMax?: number; retainMs?: number } = {}) {
  const layout = layoutOf(makeTempDirectory());
  const queue = openQueue({ path: join(layout.home, 'orc.db'), ...settings });
  onTeardown(() => queue[Symbol.dispose]());
  const { config } = loadConfig(layout.config, {});
  const log = pino({ level: 'silent' });
  const parts = { layout, config, log, clock: Date };
  const send = (input: Partial<SendInput> = {}) =>
    queue.send({ sender: 'shop/pm', recipient: AGENT, body: 'short', ...input });
  return { queue, layout, send, parts, mailbox: createMailbox({ ...parts, queue }) };
}

it.each(['a/b', 'a/../../../x'])('keeps the long body of %s in a file of the mail directory', (id) => {
  const { queue, layout, send, mailbox } = openMailbox();
  send({ id, body: LONG });
  const other = send();
  const text = mailbox.take(AGENT, 'waiter');
  const [, path = ''] = /file (\S+) \(sha256/.exec(text) ?? [];
  expect(dirname(path)).toBe(layout.mail);
  expect(readFileSync(path, 'utf8')).toBe(LONG);
  expect(readdirSync(layout.mail)).toEqual([`${encodeURIComponent(id)}.txt`]);
  expect([id, other.id].map((each) => queue.get(each).state)).toEqual(['injected', 'injected']);
});

it('delivers a long body that no file can hold by the command that shows it, and the other mail', () => {
  const { queue, layout, send, mailbox } = openMailbox();
  mkdirSync(dirname(layout.mail), { recursive: true });
  writeFileSync(layout.mail, 'in the way');
  const [long, other] = [send({ id: 'a/b', body: LONG }), send()];
  const text = mailbox.take(AGENT, 'waiter');
  expect(text).toContain('orc msg show a/b\n');
  expect(text).toContain('short');
  expect([long, other].map(({ id }) => queue.get(id).state)).toEqual(['injected', 'injected']);
});

it('forgets the file of a long body with its message', () => {
  const { queue, layout, send, mailbox } = openMailbox({ finishedMax: 0, retainMs: 0 });
  const [old, young] = [send({ kind: 'task', body: LONG }), send({ body: LONG })];
  mailbox.take(AGENT, 'waiter');
  queue.finish(old.id);
  send();
  mailbox.prune();
  expect(queue.find(old.id)).toBeUndefined();
  expect(readdirSync(layout.mail)).toEqual([`${young.id}.txt`]);
});

it('gives back what no answer was made of, and counts no attempt', () => {
  const { queue, send, mailbox } = openMailbox();
  const { id } = send();
  expect(() => {
    using delivery = mailbox.open(AGENT, true);
    throw new Error(`${delivery.messages.length} messages and no answer`);
  }).toThrow('1 messages and no answer');
  expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 0 });
});

it('gives back what could not be marked as given', () => {
  const { queue, send, parts } = openMailbox();
  const { id } = send();
  const broken = () => {
    throw new Error('the disk');
  };
  const mailbox = createMailbox({ ...parts, queue: { ...queue, inject: broken } });
  expect(() => mailbox.take(AGENT, 'waiter')).toThrow('the disk');
  expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 0 });
});

it('keeps an answer though the mail that did not fit could not be given back', () => {
  const { queue, send, parts } = openMailbox();
  const ids = Array.from({ length: 4 }, () => send({ body: 'x'.repeat(3_900) }).id);
  const broken = () => {
    throw new Error('the disk');
  };
  const mailbox = createMailbox({ ...parts, queue: { ...queue, release: broken } });
  expect(mailbox.take(AGENT, 'waiter')).toContain(`[orc:${ids[0]}]`);
  expect(ids.map((each) => queue.get(each).state)).toEqual(['injected', 'injected', 'leased', 'leased']);
});
