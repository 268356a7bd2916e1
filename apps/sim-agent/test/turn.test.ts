import { expect, test } from 'vitest';
import { waitUntil } from '@orc/testing';
import { makePlace, startSim, type Json } from './sim.ts';

const nameOf = (event: Json) => {
  const input = event['tool_input'] as Json | undefined;
  return [event['hook_event_name'], input?.['command']].filter(Boolean).join(' ');
};

test('plays a turn with tools in the order of the client', async () => {
  const place = makePlace();
  const scenario = place.scenario({
    turns: [
      { text: 'Running.', tools: ['echo one', 'false'] },
      { tools: ['echo two'] },
      { text: 'All done.' },
    ],
  });
  const sim = startSim(place, {
    args: ['--settings', place.settings(), '--scenario', scenario, '--name', 'lead', '--', 'do it'],
  });
  await waitUntil(() => place.names().includes('Stop'));
  await sim.isIdle();

  expect(place.events().map(nameOf)).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'PreToolUse echo one',
    'PostToolUse echo one',
    'PreToolUse false',
    'PostToolUseFailure false',
    'PostToolBatch',
    'PreToolUse echo two',
    'PostToolUse echo two',
    'PostToolBatch',
    'Stop',
  ]);
  const [start, submit, , post, , failure, batch] = place.events();
  expect(start).toMatchObject({ source: 'startup', model: 'simulation' });
  expect(start).not.toHaveProperty('prompt_id');
  expect(submit).toMatchObject({ prompt: 'do it', permission_mode: 'auto' });
  expect(post).toMatchObject({ tool_response: { stdout: 'one', stderr: '', interrupted: false } });
  expect(failure).toMatchObject({ error: 'Exit code 1', is_interrupt: false });
  expect(batch).toMatchObject({ tool_calls: [{ tool_response: 'one' }, { tool_response: 'Exit code 1' }] });
  expect(place.events().at(-1)).toMatchObject({
    stop_hook_active: false,
    last_assistant_message: 'All done.',
    background_tasks: [],
    session_crons: [],
  });

  await sim.shows('done ');
  const screen = sim.screen();
  expect(screen).toContain('SIMULATION of Claude Code, no model');
  expect(screen).toContain('Ran 3 shell commands · 1 failed');
  expect(screen).toMatch(/✻ \S+ for \d+s · done \d+:\d\d [AP]M/);
  expect(screen).toMatch(/─ lead ─\n❯\s*\n─+\n {2}⏵⏵ auto mode on/);
});

test('shows that it is busy while a tool runs, and idle afterwards', async () => {
  const place = makePlace();
  const scenario = place.scenario({
    turns: [{ tools: ['while [ ! -e go ]; do sleep 0.02; done'] }, { text: 'Gone.' }],
  });
  const sim = startSim(place, { args: ['--scenario', scenario, 'wait'] });
  await sim.shows('esc to interrupt');
  expect(sim.record()).toMatchObject({ status: 'busy' });
  place.project.commit({ go: '' });
  await sim.isIdle();
  await sim.shows('● Gone.');
  expect(sim.screen()).not.toContain('esc to interrupt');
});

test('carries context from hooks through the four steps of the transcript', async () => {
  const place = makePlace();
  place.giveContext('PostToolUse', 'SENTINEL-POST');
  place.giveContext('UserPromptSubmit', 'SENTINEL-PROMPT');
  place.answer('SessionStart', 'SENTINEL-START as plain text');
  const scenario = place.scenario({ turns: [{ tools: ['echo one'] }, { text: 'All done.' }] });
  const sim = startSim(place, { args: ['--settings', place.settings(), '--scenario', scenario, 'do it'] });
  await waitUntil(() => place.names().includes('Stop'));
  await sim.isIdle();

  const records = place.records();
  const find = (name: string, test: (text: string, record: Json) => boolean) => {
    const index = records.findIndex((record) => test(JSON.stringify(record), record));
    expect(index, name).toBeGreaterThanOrEqual(0);
    return index;
  };
  const received = find(
    'received',
    (text) => text.includes('"hook_success"') && text.includes('SENTINEL-POST'),
  );
  const accepted = find(
    'accepted',
    (text) => text.includes('"hook_additional_context"') && text.includes('SENTINEL-POST'),
  );
  const blob = find(
    'blob',
    (text, { type }) => type === 'api-request-blob' && text.includes('SENTINEL-POST'),
  );
  const sent = records.findIndex(({ type }, index) => index > blob && type === 'api-request');
  const answered = records.findIndex(({ type }, index) => index > sent && type === 'assistant');
  expect([received, accepted, blob, sent, answered]).toEqual(
    [received, accepted, blob, sent, answered].toSorted((a, b) => a - b),
  );
  expect(JSON.stringify(records[blob])).toContain('PostToolUse:Bash hook additional context: SENTINEL-POST');
  find('prompt', (text) => text.includes('UserPromptSubmit hook additional context: SENTINEL-PROMPT'));
  find(
    'start',
    (text, { type }) =>
      type === 'api-request-blob' && text.includes('SessionStart:startup hook success: SENTINEL-START'),
  );
  // Every record of the chain hangs on an earlier one.
  const known = new Set<unknown>([null]);
  for (const { uuid, parentUuid } of records.filter((record) => 'uuid' in record)) {
    expect(known).toContain(parentUuid);
    known.add(uuid);
  }
});

test('loses plain text of PostToolUse and an answer with the name of another event, and only says that it came', async () => {
  const place = makePlace();
  place.answer(
    'PreToolUse',
    '{"hookSpecificOutput":{"hookEventName":"PostToolUse","additionalContext":"SENTINEL-WRONG"}}',
  );
  place.answer('PostToolUse', 'SENTINEL-PLAIN');
  const scenario = place.scenario({ turns: [{ tools: ['echo one'] }, { text: 'All done.' }] });
  const sim = startSim(place, { args: ['--settings', place.settings(), '--scenario', scenario, 'do it'] });
  await waitUntil(() => place.names().includes('Stop'));
  await sim.isIdle();
  const withType = (type: string) =>
    JSON.stringify(place.records().filter((record) => record['type'] === type));
  expect(withType('attachment')).toContain('SENTINEL-PLAIN');
  expect(withType('attachment')).toContain('hook_non_blocking_error');
  expect(withType('api-request-blob')).not.toContain('SENTINEL');
  expect(withType('attachment')).not.toContain('hook_additional_context');
});

test('goes on after Stop with what a Stop hook says, and tells the next one', async () => {
  const place = makePlace();
  place.giveContext('Stop', '[orc:m1] note from shop/tester\nOne more thing.');
  const sim = startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario({}), 'hello'],
  });
  await waitUntil(() => place.names().filter((name) => name === 'Stop').length === 2);
  await sim.shows('Noted what shop/tester says.');
  expect(place.names()).toEqual(['SessionStart', 'UserPromptSubmit', 'Stop', 'Stop']);
  expect(
    place
      .events()
      .slice(2)
      .map((event) => event['stop_hook_active']),
  ).toEqual([false, true]);
  const blobs = place.records().filter((record) => record['type'] === 'api-request-blob');
  expect(JSON.stringify(blobs)).toContain('<system-reminder>\\nStop hook additional context: [orc:m1] note');
});

test('goes on after Stop with exit code 2 and with a block', async () => {
  const place = makePlace();
  place.answer('Stop', 'SENTINEL-TWO', 2);
  const sim = startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario({}), 'hello'],
  });
  await waitUntil(() => place.names().filter((name) => name === 'Stop').length === 2);
  await sim.isIdle();
  place.answer('Stop', '{"decision":"block","reason":"SENTINEL-BLOCK"}');
  sim.enter('again');
  await waitUntil(() => place.names().filter((name) => name === 'Stop').length === 4);
  const blobs = JSON.stringify(place.records().filter((record) => record['type'] === 'api-request-blob'));
  expect(blobs.match(/SENTINEL-TWO/g)).toHaveLength(1);
  expect(blobs.match(/SENTINEL-BLOCK/g)).toHaveLength(2);
});

test('overrides Stop hooks that never let a turn end', async () => {
  const place = makePlace();
  const always = { type: 'command', command: `echo '{"decision":"block","reason":"more"}'` };
  const settings = place.settings({ Stop: always });
  const sim = startSim(place, {
    args: ['--settings', settings, '--scenario', place.scenario({ thinkMs: 0 }), 'hello'],
  });
  await sim.shows('9 consecutive times');
  await sim.isIdle();
  expect(place.names().filter((name) => name === 'Stop')).toHaveLength(9);
});

test('discards a prompt that a UserPromptSubmit hook refuses', async () => {
  const place = makePlace();
  place.answer('UserPromptSubmit', 'not now', 2);
  const sim = startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario({}), 'SENTINEL'],
  });
  await sim.shows('blocked by hook: not now');
  expect(place.records()).toEqual([]);
  sim.enter('hello');
  await waitUntil(() => place.names().includes('Stop'));
  expect(JSON.stringify(place.records())).not.toContain('SENTINEL');
});

test('gives a denied call’s reason to the model and runs nothing', async () => {
  const place = makePlace();
  place.answer('PreToolUse', 'SENTINEL-DENIED', 2);
  const scenario = place.scenario({ turns: [{ tools: ['touch made'] }, { text: 'All right.' }] });
  const sim = startSim(place, { args: ['--settings', place.settings(), '--scenario', scenario, 'do it'] });
  await sim.shows('● All right.');
  expect(place.names()).not.toContain('PostToolUse');
  expect(place.project.git('status', '--short')).toBe('');
  const blobs = place.records().filter((record) => record['type'] === 'api-request-blob');
  expect(JSON.stringify(blobs)).toContain('SENTINEL-DENIED');
});

test('ends the turn, without Stop, when a PostToolBatch hook ends with 2', async () => {
  const place = makePlace();
  place.answer('PostToolBatch', 'enough', 2);
  const scenario = place.scenario({ turns: [{ tools: ['echo one'] }, { text: 'never said' }] });
  const sim = startSim(place, { args: ['--settings', place.settings(), '--scenario', scenario, 'do it'] });
  await waitUntil(() => place.names().includes('PostToolBatch'));
  await sim.isIdle();
  expect(place.names()).not.toContain('Stop');
  expect(sim.screen()).not.toContain('never said');
});
