import { expect, test } from 'vitest';
import { waitUntil } from '@orc/testing';
import { makePlace, startSim, type Json, type Place } from './sim.ts';

const start = (place: Place, scenario: Json = {}, ...args: string[]) =>
  startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario(scenario), ...args],
  });
const fault = (kind: string, more: Json = {}) => ({ faults: [{ kind, ...more }] });
const count = (place: Place, name: string) => place.names().filter((other) => other === name).length;

test('draws the trust dialog before anything runs, and a blind Enter ends it', async () => {
  const place = makePlace();
  const sim = start(place, fault('trustDialog'), 'hello');
  await sim.shows('Accessing workspace:');
  await sim.shows('❯ No, exit');
  expect(sim.screen()).toContain('SIMULATION of Claude Code, no model');
  sim.paste('a message for the agent');
  sim.press('Enter');
  expect(await sim.ended()).toBe(1);
  expect(place.names()).toEqual([]);
});

test('starts once the folder is trusted, and does not ask the next time', async () => {
  const place = makePlace();
  const first = start(place, fault('trustDialog'));
  await first.shows('❯ No, exit');
  first.press('Down');
  await first.shows('❯ Yes, I trust this folder');
  first.press('Enter');
  await waitUntil(() => count(place, 'SessionStart') === 1);
  start(place, fault('trustDialog'));
  await waitUntil(() => count(place, 'SessionStart') === 2);
});

test('warns of bypass mode unless the settings accept it', async () => {
  const place = makePlace();
  const sim = start(place, {}, '--permission-mode', 'bypassPermissions');
  await sim.shows('WARNING: Claude Code running in Bypass Permissions mode');
  sim.press('Escape');
  expect(await sim.ended()).toBe(1);
  const settings = JSON.stringify({ skipDangerousModePermissionPrompt: true });
  const accepted = startSim(place, {
    args: ['--settings', settings, '--permission-mode', 'bypassPermissions'],
  });
  await accepted.shows('⏵⏵ bypass permissions on');
});

test('stops at a settings warning that a blind Enter passes', async () => {
  const place = makePlace();
  const sim = startSim(place, { args: ['--settings', '{"hooks":{"NoSuchEvent":[]}}'] });
  await sim.shows('Settings Warning');
  sim.press('Enter');
  await sim.shows('auto mode on');
});

test('waits for a permission, says so in its record, and runs the call after a yes', async () => {
  const place = makePlace();
  const sim = start(
    place,
    {
      turns: [{ tools: ['touch made'] }, { text: 'All done.' }],
      faults: [{ kind: 'permissionDialog' }],
      permissionNotificationMs: 100,
    },
    'do it',
  );
  await sim.shows('Do you want to proceed?');
  expect(sim.record()).toMatchObject({ status: 'waiting', waitingFor: 'permission prompt' });
  await waitUntil(() => count(place, 'Notification') === 1);
  expect(place.names().slice(2)).toEqual(['PreToolUse', 'PermissionRequest', 'Notification']);
  expect(place.events().at(-1)).toMatchObject({ notification_type: 'permission_prompt' });
  sim.type('1');
  await sim.shows('● All done.');
  expect(place.project.git('status', '--short')).toContain('made');
});

test('ends the turn without an event when a permission is rejected', async () => {
  const place = makePlace();
  const scenario = {
    turns: [{ tools: ['touch made'] }, { text: 'never said' }],
    faults: [{ kind: 'permissionDialog' }],
  };
  const sim = start(place, scenario, 'do it');
  await sim.shows('❯ 1. Yes');
  sim.press('Escape');
  await sim.isIdle();
  await sim.shows('Rejected');
  expect(place.names()).toEqual(['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest']);
  expect(place.project.git('status', '--short')).toBe('');
  expect(sim.screen()).not.toContain('never said');
});

test('asks nobody when a PermissionRequest hook allows the call', async () => {
  const place = makePlace();
  const decision = { behavior: 'allow' };
  place.answer(
    'PermissionRequest',
    JSON.stringify({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } }),
  );
  const sim = start(
    place,
    { turns: [{ tools: ['echo one'] }], faults: [{ kind: 'permissionDialog' }] },
    'do it',
  );
  await sim.shows('Allowed by PermissionRequest hook');
  await waitUntil(() => count(place, 'Stop') === 1);
});

test('starts slowly', async () => {
  const place = makePlace();
  const sim = start(place, fault('slowStart', { ms: 700 }));
  const startedAt = Date.now();
  await sim.isIdle();
  expect(Date.now() - startedAt).toBeGreaterThan(500);
});

test('ends at once when told to, once', async () => {
  const place = makePlace();
  const sim = start(place, fault('exitOnStart', { exitCode: 3, text: 'Unable to connect' }));
  expect(await sim.ended()).toBe(3);
  await sim.shows('Unable to connect');
  await start(place, fault('exitOnStart', { exitCode: 3, text: 'Unable to connect' })).isIdle();
});

test('swallows Enters, and the text stays in the input', async () => {
  const place = makePlace();
  const sim = start(place, fault('swallowEnter', { count: 2 }));
  await sim.isIdle();
  sim.enter('hello');
  sim.press('Enter');
  await waitUntil(() => /❯ hello\s*\n─/.test(sim.screen()));
  expect(place.names()).not.toContain('UserPromptSubmit');
  sim.press('Enter');
  await waitUntil(() => count(place, 'UserPromptSubmit') === 1);
});

test('loses Stop once: idle in the record, and no hook told', async () => {
  const place = makePlace();
  const sim = start(place, fault('lostStop', { count: 1 }), 'hello');
  await sim.shows('done ');
  await sim.isIdle();
  expect(place.names()).toEqual(['SessionStart', 'UserPromptSubmit']);
  sim.enter('again');
  await waitUntil(() => count(place, 'Stop') === 1);
});

test('runs no hook at all when they are missing', async () => {
  const place = makePlace();
  const sim = start(place, fault('missingHooks'), 'hello');
  await sim.shows('done ');
  expect(place.names()).toEqual([]);
});

test.each([
  ['after a tool', { afterTools: 1, exitCode: 7 }, 7],
  ['after a turn', { afterTurns: 1, signal: 'SIGSEGV' }, 139],
  ['on a message, before it is answered', { onMessage: 'do it', signal: 'SIGKILL' }, 137],
] as const)('crashes %s, and not again after a restart', async (_name, more, code) => {
  const place = makePlace();
  const scenario = { turns: [{ tools: ['echo one'] }], ...fault('crash', more) };
  const sim = start(place, scenario, 'do it');
  expect(await sim.ended()).toBe(code);
  expect(place.names()).not.toContain('SessionEnd');
  expect(sim.record()).toBeDefined();
  const before = count(place, 'Stop');
  start(place, scenario, 'do it');
  await waitUntil(() => count(place, 'Stop') === before + 1);
});

test('crashes on the way of a message: received and sent, and never answered', async () => {
  const place = makePlace();
  const sim = start(place, fault('crash', { onMessage: 'SENTINEL', signal: 'SIGKILL' }), 'SENTINEL');
  await sim.ended();
  expect(place.records().map(({ type }) => type)).not.toContain('assistant');
});

test('hangs until Esc', async () => {
  const place = makePlace();
  const sim = start(place, fault('hang'), 'hello');
  await sim.shows('esc to interrupt');
  sim.press('Escape');
  await sim.isIdle();
  expect(place.names()).not.toContain('Stop');
});

test('does not even react to keys when it is frozen, but ends on SIGTERM', async () => {
  const place = makePlace();
  const sim = start(place, fault('hang', { isFrozen: true }), 'hello');
  await sim.isBusy();
  await waitUntil(() => place.records().some(({ type }) => type === 'api-request'));
  sim.press('Escape');
  sim.type('typed');
  await waitUntil(() => sim.record()?.['status'] === 'busy');
  expect(sim.screen()).not.toContain('typed');
  process.kill(Number(sim.record()?.['pid']), 'SIGTERM');
  expect(await sim.ended()).toBe(143);
});

test('ends a turn in a usage limit: a synthetic record, StopFailure, idle, and the injected text is not answered', async () => {
  const place = makePlace();
  place.giveContext('UserPromptSubmit', 'SENTINEL-LIMITED');
  const resetsAt = Math.floor(Date.now() / 1_000) + 3_600;
  const sim = start(place, fault('limit', { resetsAt }), 'hello');
  await waitUntil(() => count(place, 'StopFailure') === 1);
  await sim.isIdle();
  await sim.shows("You've hit your 5-hour limit · resets");
  await sim.shows('⚠ Usage limit reached');
  expect(place.names()).toEqual(['SessionStart', 'UserPromptSubmit', 'StopFailure']);
  expect(place.events().at(-1)).toMatchObject({ error: 'rate_limit' });
  const records = place.records();
  const synthetic = records.at(-1);
  expect(synthetic).toMatchObject({
    type: 'assistant',
    isApiErrorMessage: true,
    apiError: 'usage_limit_reached',
    apiErrorParams: { rate_limit_info: { status: 'rejected', resetsAt, rateLimitType: 'five_hour' } },
    message: { model: '<synthetic>' },
  });
  expect(records.filter(({ type }) => type === 'assistant')).toHaveLength(1);
  expect(records.some(({ type }) => type === 'api-request')).toBe(true);
});

test('goes on by itself after the reset, and then the model has everything in front of it', async () => {
  const place = makePlace();
  const note = '[orc:n1] note from shop/pm\nHello.';
  const sim = start(place, fault('limit', { inMs: 1_500, resumeDelayMs: 100 }), '--', note);
  await waitUntil(() => count(place, 'StopFailure') === 1);
  await waitUntil(() => count(place, 'Stop') === 1);
  await sim.shows('Usage limit reset · Continuing automatically');
  await sim.shows('(orc:n1 handled)');
  expect(place.names().filter((name) => name !== 'Notification')).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'StopFailure',
    'UserPromptSubmit',
    'Stop',
  ]);
  const notification = place.events().find((event) => event['hook_event_name'] === 'Notification');
  expect(notification).toMatchObject({ notification_type: 'quota_auto_resume_fired' });
  expect(sim.screen()).not.toContain('⚠ Usage limit reached');
});

test('meets the same limit again before its reset, also after a restart', async () => {
  const place = makePlace();
  const limited = fault('limit', { inMs: 3_600_000, autoResume: false });
  const sim = start(place, limited, 'hello');
  await waitUntil(() => count(place, 'StopFailure') === 1);
  sim.enter('again');
  await waitUntil(() => count(place, 'StopFailure') === 2);
  start(place, limited, 'hello');
  await waitUntil(() => count(place, 'StopFailure') === 3);
  expect(place.names()).not.toContain('Stop');
});

test('asks what to do when the limit is far away, and text goes to the dialog', async () => {
  const place = makePlace();
  const sim = start(place, fault('limit', { inMs: 3 * 86_400_000, limitType: 'seven_day' }), 'hello');
  await sim.shows('What do you want to do?');
  await waitUntil(() => count(place, 'Notification') === 1);
  expect(place.events().at(-1)).toMatchObject({ notification_type: 'quota_auto_resume_disabled' });
  sim.paste('a message');
  sim.press('Enter');
  await waitUntil(() => !sim.screen().includes('What do you want to do?'));
  expect(sim.screen()).not.toContain('a message');
});

test('ends a turn in an API error and sends its prompt again with the next one', async () => {
  const place = makePlace();
  const note = '[orc:n1] note from shop/pm\nHello.';
  const sim = start(place, fault('apiError', { error: 'server_error' }), '--', note);
  await waitUntil(() => count(place, 'StopFailure') === 1);
  await sim.shows('Resend your message to try again');
  expect(place.names()).not.toContain('Stop');
  expect(place.records().at(-1)).toMatchObject({
    isApiErrorMessage: true,
    error: 'server_error',
    apiErrorStatus: 500,
  });
  sim.enter('again');
  await sim.shows('(orc:n1 handled)');
});

test('notices that nobody has typed for a while', async () => {
  const place = makePlace();
  start(place, { idleNotificationMs: 200 }, 'hello');
  await waitUntil(() => count(place, 'Notification') === 1);
  expect(place.events().at(-1)).toMatchObject({ notification_type: 'idle_prompt' });
});

test('keeps a fault from every other agent', async () => {
  const place = makePlace();
  const scenario = fault('exitOnStart', { agent: 'tester' });
  await start(place, scenario).isIdle();
  const environment = { ORC_AGENT: 'shop/tester-2' };
  const tester = startSim(place, { args: ['--scenario', place.scenario(scenario)], environment });
  expect(await tester.ended()).toBe(1);
});
