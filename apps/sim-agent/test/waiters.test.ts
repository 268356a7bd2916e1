import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '@orc/testing';
import { makePlace, startSim, waiterHook, type Json, type Place } from './sim.ts';

const mail = '[orc:wake-1] note from shop/pm\nRead <this> & "that".';

const stops = (place: Place) => place.names().filter((name) => name === 'Stop').length;

function start(place: Place, scenario: Json, prompt?: string) {
  const settings = place.settings({ SessionStart: waiterHook });
  const args = [
    '--settings',
    settings,
    '--scenario',
    place.scenario(scenario),
    ...(prompt === undefined ? [] : [prompt]),
  ];
  return startSim(place, { args });
}

test('wakes an idle session: a new turn with UserPromptSubmit and Stop, and nothing typed', async () => {
  const place = makePlace();
  const sim = start(place, {});
  await waitUntil(() => place.waiterCount() === 1);
  place.mail(mail);
  await waitUntil(() => stops(place) === 1);
  await sim.shows('Noted what shop/pm says. (orc:wake-1 handled)');
  await sim.isIdle();
  expect(place.names()).toEqual(['SessionStart', 'UserPromptSubmit', 'Stop']);
  expect(place.events()[1]?.['prompt']).toBe(
    `<task-notification>\n<summary>Stop hook feedback</summary>\n</task-notification>\n<system-reminder>\nStop hook blocking error from command "SessionStart:startup": ${mail}\n</system-reminder>`,
  );
  expect(sim.screen()).toContain('● Stop hook feedback');

  const records = place.records();
  const position = (match: (record: Json) => boolean) => records.findIndex(match);
  const order = [
    position(({ operation }) => operation === 'enqueue'),
    position(({ operation }) => operation === 'dequeue'),
    position(({ type, promptSource }) => type === 'user' && promptSource === 'system'),
    position(({ type }) => type === 'api-request'),
    position(({ type }) => type === 'assistant'),
  ];
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(Math.min(...order)).toBeGreaterThanOrEqual(0);
  expect(records[order[2] ?? 0]).toMatchObject({ origin: { kind: 'task-notification' } });
});

test('joins the running turn after the tool’s result when busy, without a turn of its own', async () => {
  const place = makePlace();
  const scenario = {
    turns: [{ tools: ['while [ ! -e go ]; do sleep 0.02; done'] }, { text: 'Seen on the way.' }],
  };
  const sim = start(place, scenario, 'work');
  await waitUntil(() => place.waiterCount() === 1 && place.names().includes('PreToolUse'));
  place.mail(mail);
  await waitUntil(() => JSON.stringify(place.records()).includes('"enqueue"'));
  place.project.commit({ go: '' });
  await waitUntil(() => stops(place) === 1);
  await sim.isIdle();
  expect(place.names().filter((name) => name === 'UserPromptSubmit')).toHaveLength(1);
  expect(stops(place)).toBe(1);
  const types = place
    .records()
    .map((record) =>
      JSON.stringify(record).includes('wake-1') ? `${String(record['type'])}!` : String(record['type']),
    );
  const blob = types.lastIndexOf('api-request-blob!');
  const joined = place
    .records()
    .findIndex(({ attachment }) => (attachment as Json | undefined)?.['type'] === 'queued_command');
  expect(joined).toBeGreaterThan(types.indexOf('queue-operation!'));
  expect(joined).toBeLessThan(blob);
  expect(types.indexOf('assistant', blob)).toBeGreaterThan(blob);
});

test('leaves a half-typed input untouched when it is woken', async () => {
  const place = makePlace();
  const sim = start(place, {});
  await waitUntil(() => place.waiterCount() === 1);
  sim.type('half typed');
  await sim.shows('❯ half typed');
  place.mail(mail);
  await waitUntil(() => stops(place) === 1);
  await sim.isIdle();
  expect(sim.screen()).toContain('❯ half typed');
});

test('hands over 20 KB unchanged', async () => {
  const place = makePlace();
  const long = `[orc:big] note from user\n${'x'.repeat(20_000)}END`;
  start(place, {});
  await waitUntil(() => place.waiterCount() === 1);
  place.mail(long);
  await waitUntil(() => stops(place) === 1);
  expect(place.events()[1]?.['prompt']).toContain(long);
});

test('starts one more waiter on /clear while the old one still waits, and ends both with the session', async () => {
  const place = makePlace();
  const sim = start(place, {});
  await waitUntil(() => place.waiterCount() === 1);
  sim.enter('/clear');
  await waitUntil(() => place.waiterCount() === 2);
  sim.enter('/exit');
  expect(await sim.ended()).toBe(0);
  const mark = join(place.environment['RECORD_DIRECTORY'] ?? '', 'waiter-ended');
  await waitUntil(() => existsSync(mark));
});

test('is not woken by a waiter that was ended with the session', async () => {
  const place = makePlace();
  const sim = start(place, {});
  await waitUntil(() => place.waiterCount() === 1);
  sim.enter('/exit');
  place.mail(mail);
  expect(await sim.ended()).toBe(0);
  expect(place.names()).toEqual(['SessionStart', 'SessionEnd']);
});
