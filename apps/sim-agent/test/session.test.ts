import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '@orc/testing';
import { makePlace, startSim, type Json, type Place } from './sim.ts';

const start = (place: Place, scenario: Json = {}, ...args: string[]) =>
  startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario(scenario), ...args],
  });
const has = (place: Place, ...names: string[]) =>
  waitUntil(() => names.every((name) => place.names().includes(name)), { what: names.join(', ') });

test('compacts on /compact, with the events in order, and starts a new context', async () => {
  const place = makePlace();
  const sim = start(place, {}, 'hello');
  await has(place, 'Stop');
  place.answer('PreCompact', 'KEEP-THESE-IDS');
  sim.enter('/compact keep the plan');
  await sim.shows('Compacted (ctrl+o to see full summary)');
  expect(place.names().slice(3)).toEqual(['PreCompact', 'SubagentStop', 'SessionStart', 'PostCompact']);
  const [before, summariser, again, after] = place.events().slice(3);
  expect(before).toMatchObject({ trigger: 'manual', custom_instructions: 'keep the plan' });
  expect(summariser).toMatchObject({ agent_type: '', stop_hook_active: false });
  expect(again).toMatchObject({ source: 'compact' });
  expect(after).toMatchObject({ trigger: 'manual' });
  expect(after?.['compact_summary']).toContain('KEEP-THESE-IDS');
  expect(place.records().find(({ subtype }) => subtype === 'compact_boundary')).toMatchObject({
    parentUuid: null,
    compactMetadata: { trigger: 'manual' },
  });
});

test('does not compact when a PreCompact hook refuses', async () => {
  const place = makePlace();
  const sim = start(place, {}, 'hello');
  await has(place, 'Stop');
  place.answer('PreCompact', 'not now', 2);
  sim.enter('/compact');
  await sim.shows('Compaction blocked by PreCompact hook:');
  await sim.isIdle();
  expect(place.names()).not.toContain('PostCompact');
});

test('compacts by itself inside a turn, and what SessionStart says is in the next request', async () => {
  const place = makePlace();
  // The answer of the second SessionStart is put in place by the tool call before the compaction.
  const answer = 'mv "$RECORD_DIRECTORY/answers/Rebrief" "$RECORD_DIRECTORY/answers/SessionStart"';
  const output = {
    hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: 'SENTINEL-REBRIEF' },
  };
  place.answer('Rebrief', JSON.stringify(output));
  const sim = start(
    place,
    { turns: [{ tools: [answer] }, { text: 'All done.' }], faults: [{ kind: 'compaction', afterTools: 1 }] },
    'hello',
  );
  await has(place, 'Stop');
  await sim.isIdle();
  expect(place.names()).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'PreToolUse',
    'PostToolUse',
    'PostToolBatch',
    'PreCompact',
    'SubagentStop',
    'SessionStart',
    'PostCompact',
    'Stop',
  ]);
  expect(place.events()[5]).toMatchObject({ trigger: 'auto', custom_instructions: null });
  const records = place.records();
  const boundary = records.findIndex(({ subtype }) => subtype === 'compact_boundary');
  const blob = records.findIndex(
    (record) => record['type'] === 'api-request-blob' && JSON.stringify(record).includes('SENTINEL-REBRIEF'),
  );
  expect(blob).toBeGreaterThan(boundary);
});

test('changes session and transcript on /clear', async () => {
  const place = makePlace();
  const sim = start(place, {}, 'hello');
  await has(place, 'Stop');
  sim.enter('/clear');
  await waitUntil(() => place.names().length === 5);
  const [end, begin] = place.events().slice(3);
  expect(end).toMatchObject({ hook_event_name: 'SessionEnd', reason: 'clear' });
  expect(begin).toMatchObject({ hook_event_name: 'SessionStart', source: 'clear' });
  expect(begin?.['session_id']).not.toBe(end?.['session_id']);
  expect(begin?.['transcript_path']).not.toBe(end?.['transcript_path']);
  expect(begin).not.toHaveProperty('prompt_id');
  await waitUntil(() => sim.record()?.['sessionId'] === begin?.['session_id']);
  await waitUntil(() => !sim.screen().includes('❯ hello'));
});

test('ends on /exit and puts its record away', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  sim.enter('/exit');
  expect(await sim.ended()).toBe(0);
  expect(place.events().at(-1)).toMatchObject({ hook_event_name: 'SessionEnd', reason: 'prompt_input_exit' });
  expect(sim.record()).toBeUndefined();
});

test('ends when Ctrl-C is pressed twice, and not when it is pressed once', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  sim.type('half typed');
  sim.press('C-c');
  await sim.shows('Press Ctrl-C again to exit');
  expect(sim.screen()).not.toContain('half typed');
  expect(sim.record()).toBeDefined();
  sim.press('C-c');
  expect(await sim.ended()).toBe(0);
  expect(place.events().at(-1)).toMatchObject({ reason: 'prompt_input_exit' });
});

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('ends on %s with SessionEnd, in the middle of a turn too', async (signal, code) => {
  const place = makePlace();
  const sim = start(place, { turns: [{ tools: ['sleep 60'] }] }, 'work');
  await has(place, 'PreToolUse');
  process.kill(Number(sim.record()?.['pid']), signal);
  expect(await sim.ended()).toBe(code);
  expect(place.events().at(-1)).toMatchObject({ hook_event_name: 'SessionEnd', reason: 'other' });
  expect(sim.record()).toBeUndefined();
  expect(place.names()).not.toContain('Stop');
});

test('leaves everything behind when it is killed', async () => {
  const place = makePlace();
  const sim = start(place);
  await has(place, 'SessionStart');
  process.kill(Number(sim.record()?.['pid']), 'SIGKILL');
  expect(await sim.ended()).toBe(137);
  expect(place.names()).toEqual(['SessionStart']);
  expect(sim.record()).toBeDefined();
});

test('resumes a session in its transcript and knows which messages it has handled', async () => {
  const place = makePlace();
  const sessionId = '66666666-2222-4333-8444-555555555555';
  const note = '[orc:n1] note from shop/pm\nHello.';
  const first = start(place, {}, '--session-id', sessionId, '--', note);
  await has(place, 'Stop');
  await first.isIdle();
  first.enter('/exit');
  await first.ended();
  const second = start(place, {}, '--resume', sessionId, '--', note);
  await second.shows('Message n1 came a second time');
  expect(place.events()[4]).toMatchObject({
    session_id: sessionId,
    source: 'resume',
    prompt_cache_likely_expired: false,
  });
  expect(place.events()[4]).not.toHaveProperty('model');
  expect(readdirSync(join(place.config, 'projects'))).toHaveLength(1);
  const users = place.records().filter(({ type }) => type === 'user');
  expect(users).toHaveLength(2);
});

test('leaves nothing to resume when there was no prompt', async () => {
  const place = makePlace();
  const sim = start(place);
  await has(place, 'SessionStart');
  await sim.isIdle();
  sim.enter('/exit');
  await sim.ended();
  expect(existsSync(join(place.config, 'projects'))).toBe(false);
});

test('calls the status line at the start and after an answer, and shows what it prints', async () => {
  const place = makePlace();
  const command = `sed 's/.*"used_percentage":\\([^,]*\\).*/SL-\\1/'`;
  const settings = JSON.stringify({ statusLine: { type: 'command', command } });
  const scenario = place.scenario({ turns: [{ text: 'Fine.', inputTokens: 965_000 }] });
  const sim = startSim(place, { args: ['--settings', settings, '--scenario', scenario] });
  await sim.shows('  SL-null');
  sim.enter('hello');
  await sim.shows('  SL-96');
});
