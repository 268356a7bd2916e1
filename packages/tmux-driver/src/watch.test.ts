import { onTeardown, waitUntil } from '@orc/testing';
import { expect, test } from 'vitest';
import { parsePaneId, parseWindowId } from './names.ts';
import type { ServerLink } from './server-link.ts';
import type { TmuxEvent } from './types.ts';
import { createWatch } from './watch.ts';

/** A server that says what the test says, when the test says so. */
function createLink() {
  const link = {
    dead: '',
    all: '%0,@0,$0,10,0,,,0,orc-ctl',
    failures: 0,
    delay: Promise.resolve(),
    asked: 0,
  };
  const execute: ServerLink['execute'] = async ([command]) => {
    link.asked += 1;
    const text = command?.includes('-f') ? link.dead : link.all;
    await link.delay;
    if (link.failures === 0) return { text, failure: undefined };
    link.failures -= 1;
    return { text: '', failure: 'no current client' };
  };
  const server = { pid: 0, version: { text: '3.3a', major: 3, minor: 3 }, identity: undefined };
  const nothing = async () => undefined;
  const whole: ServerLink = {
    ...{ status: 'connected', server, execute, start: nothing, close: nothing },
    ...{ expectExit: () => undefined, noteExit: () => undefined },
  };
  return { link, whole };
}

function listen(whole: ServerLink, pollMs = 10) {
  const watch = createWatch(whole, pollMs);
  onTeardown(() => watch.close());
  const events: TmuxEvent[] = [];
  watch.onEvent((event) => events.push(event));
  return { watch, events };
}

const added = { paneId: parsePaneId('%5'), windowId: parseWindowId('@5'), pid: 55 };
const shown = '%5,@5,$1,55,0,,,0,proj';

test('a look that began before a pane was opened does not take it for gone', async () => {
  const { link, whole } = createLink();
  let answer: () => void = () => undefined;
  link.delay = new Promise((resolve) => (answer = resolve));
  const { watch, events } = listen(whole);
  watch.add(added);
  link.all += `\n${shown}`;
  answer();
  const { asked } = link;
  await waitUntil(() => link.asked > asked + 4);
  expect(events).toEqual([]);
  link.all = '%0,@0,$0,10,0,,,0,orc-ctl';
  watch.lookSoon();
  await waitUntil(() => events.length > 0);
  expect(events[0]).toEqual({ type: 'pane.gone', ...added });
});

test('a question that failed is asked again, and nothing is taken from it', async () => {
  const { link, whole } = createLink();
  link.all += `\n${shown}`;
  link.failures = 5;
  const { events } = listen(whole);
  link.dead = shown.replace(',0,,,', ',1,3,,');
  link.all = `%0,@0,$0,10,0,,,0,orc-ctl\n${link.dead}`;
  await waitUntil(() => events.length > 0);
  expect(events).toEqual([{ type: 'pane.died', ...added, exitStatus: 3, exitSignal: null }]);
  expect(link.failures).toBe(0);
});

test('a death without a cause is told without one, once', async () => {
  const { link, whole } = createLink();
  link.dead = shown.replace(',0,,,', ',1,,,');
  link.all += `\n${link.dead}`;
  const { events, watch } = listen(whole);
  await waitUntil(() => events.length > 0);
  link.dead = shown.replace(',0,,,', ',1,,9,');
  link.all = `%0,@0,$0,10,0,,,0,orc-ctl\n${link.dead}`;
  watch.lookSoon();
  const { asked } = link;
  await waitUntil(() => link.asked > asked + 6);
  expect(events).toEqual([{ type: 'pane.died', ...added, exitStatus: null, exitSignal: null }]);
});

test('nothing is asked while nobody listens, and nothing after the last one has left', async () => {
  const { link, whole } = createLink();
  const watch = createWatch(whole, 10);
  onTeardown(() => watch.close());
  watch.lookSoon();
  watch.onNotification('%sessions-changed');
  expect(link.asked).toBe(0);
  const subscription = watch.onEvent(() => undefined);
  await waitUntil(() => link.asked > 4);
  subscription[Symbol.dispose]();
  const { asked } = link;
  const other = createLink();
  listen(other.whole);
  await waitUntil(() => other.link.asked > 8);
  expect(link.asked - asked).toBeLessThanOrEqual(2);
});

test('a notification that something closed leads to a look before the next poll', async () => {
  const { link, whole } = createLink();
  link.all += `\n${shown}`;
  const { watch, events } = listen(whole, 5_000);
  await waitUntil(() => link.asked >= 2);
  link.all = '%0,@0,$0,10,0,,,0,orc-ctl';
  watch.onNotification('%output %0 x');
  watch.onNotification('%unlinked-window-close @5');
  await waitUntil(() => events.length > 0, { timeoutMs: 2_000 });
  expect(events.map(({ type }) => type)).toContain('window.closed');
});
