import { expect, test } from 'vitest';
import { createInbox, type Incoming } from './inbox.ts';

const item = (text: string, kind: Incoming['kind'] = 'prompt'): Incoming => ({
  kind,
  text,
  shown: text,
  raw: text,
});

test('hands items out in their order, and to whoever waits already', async () => {
  const inbox = createInbox();
  const waiting = inbox.next();
  inbox.push(item('first'));
  inbox.push(item('second'));
  expect(await waiting).toMatchObject({ text: 'first' });
  expect(await inbox.next()).toMatchObject({ text: 'second' });
});

test('lets prompts and wakes join a turn, and keeps commands for its end', () => {
  const inbox = createInbox();
  for (const next of [item('a'), item('/clear', 'command'), item('b', 'wake')]) inbox.push(next);
  expect(inbox.takeJoining().map(({ text }) => text)).toEqual(['a', 'b']);
  expect(inbox.list().map(({ text }) => text)).toEqual(['/clear']);
});

test('takes one out again', () => {
  const inbox = createInbox();
  const refused = item('a');
  inbox.push(refused);
  inbox.remove(refused);
  expect(inbox.list()).toEqual([]);
});
