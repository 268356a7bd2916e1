import { expect, test } from 'vitest';
import { waitUntil } from '@orc/testing';
import { makePlace, startSim, type Json, type Place } from './sim.ts';

const start = (place: Place, scenario: Json = {}, ...args: string[]) =>
  startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario(scenario), ...args],
  });
const prompts = (place: Place) =>
  place
    .events()
    .filter((event) => event['hook_event_name'] === 'UserPromptSubmit')
    .map((event) => event['prompt']);
const lines = (count: number) =>
  Array.from({ length: count }, (_item, index) => `line ${index + 1}`).join('\n');

test('submits a typed line exactly, with quotes, dollars and emoji', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  const text = `quote ' " $HOME \`x\` \\ é 漢字 😀 ;`;
  sim.enter(text);
  await waitUntil(() => prompts(place).length === 1);
  expect(prompts(place)).toEqual([text]);
});

test('takes three pasted lines as they are and does not submit at their line ends', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  sim.paste(lines(3));
  await sim.shows('❯ line 1\n  line 2\n  line 3');
  expect(prompts(place)).toEqual([]);
  sim.press('Enter');
  await waitUntil(() => prompts(place).length === 1);
  expect(prompts(place)).toEqual([lines(3)]);
});

test('shows a larger paste as a placeholder and gives the model the marked whole', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  sim.paste(`${lines(50)}\n\ttab`);
  await sim.shows('❯ [Pasted text #1 +50 lines]');
  await sim.shows('paste again to expand');
  sim.press('Enter');
  await waitUntil(() => prompts(place).length === 1);
  expect(prompts(place)[0]).toMatch(
    /^\n\n<pasted_content id="(\w+)">\nline 1\n[^]*line 50\n {4}tab\n<\/pasted_content id="\1">\n$/,
  );
});

test('takes line breaks that are typed with Ctrl-J', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  sim.type('one');
  sim.press('C-j');
  sim.enter('two');
  await waitUntil(() => prompts(place).length === 1);
  expect(prompts(place)).toEqual(['one\ntwo']);
});

test('clears one row with Ctrl-U', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  sim.paste(lines(2));
  await sim.shows('  line 2');
  sim.press('C-u');
  await waitUntil(() => !sim.screen().includes('line 2'));
  expect(sim.screen()).toContain('❯ line 1');
});

test('queues what is typed while it is busy, runs its hooks at once, and takes it into the turn', async () => {
  const place = makePlace();
  const turns = [{ tools: ['while [ ! -e go ]; do sleep 0.02; done'] }, { text: 'Seen.' }];
  const sim = start(place, { turns }, 'work');
  await waitUntil(() => place.names().includes('PreToolUse'));
  place.giveContext('UserPromptSubmit', 'SENTINEL-QUEUED');
  sim.enter('queued words');
  await sim.shows('Queued · ctrl+x ctrl+s to send now');
  await sim.shows('Press up to edit queued messages');
  await waitUntil(() => prompts(place).length === 2);
  expect(place.names()).not.toContain('PostToolUse');
  place.project.commit({ go: '' });
  await waitUntil(() => place.names().includes('Stop'));
  await sim.isIdle();
  expect(place.names().filter((name) => name === 'Stop')).toHaveLength(1);
  const blobs = JSON.stringify(place.records().filter(({ type }) => type === 'api-request-blob'));
  expect(blobs).toContain('queued words');
  expect(blobs).toContain('SENTINEL-QUEUED');
  expect(sim.screen()).not.toContain('Queued');
});

test('stops a running tool on Esc, with no event, and is idle at once', async () => {
  const place = makePlace();
  const sim = start(place, { turns: [{ text: 'Waiting.', tools: ['sleep 60'] }] }, 'work');
  await waitUntil(() => place.names().includes('PreToolUse'));
  await sim.shows('$ sleep 60');
  sim.press('Escape');
  await sim.isIdle();
  await sim.shows('Interrupted');
  expect(JSON.stringify(place.records())).toContain('[Request interrupted by user]');
  sim.enter('go on');
  await waitUntil(() => place.names().includes('Stop'));
  expect(place.names()).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'PreToolUse',
    'UserPromptSubmit',
    'Stop',
  ]);
});

test('puts a prompt that has no answer yet back into the input on Esc', async () => {
  const place = makePlace();
  place.giveContext('UserPromptSubmit', 'SENTINEL-REWOUND');
  const sim = start(place, { turns: [{ text: 'never', delayMs: 60_000 }] }, 'half an idea');
  await waitUntil(() => place.records().some(({ type }) => type === 'api-request'));
  sim.press('Escape');
  await sim.isIdle();
  await waitUntil(() => /❯ half an idea\s*\n─/.test(sim.screen()));
  expect(place.names()).not.toContain('Stop');
  // The conversation has gone back as well: the next prompt stands in the place of this one.
  sim.press('C-u');
  sim.enter('a better one');
  await waitUntil(() => place.names().includes('Stop'));
  const [first, second] = place.records().filter(({ type }) => type === 'user');
  expect(second?.['parentUuid']).toBe(first?.['parentUuid']);
});

test('sends nothing for a command that it does not simulate, and nothing for an empty line', async () => {
  const place = makePlace();
  const sim = start(place);
  await sim.isIdle();
  sim.enter('/model haiku');
  await sim.shows('/model is not simulated');
  sim.enter('!ls');
  await sim.shows('Lines that begin with ! are not simulated');
  sim.enter('   ');
  sim.press('C-u');
  sim.enter('hello');
  await waitUntil(() => prompts(place).length === 1);
  expect(prompts(place)).toEqual(['hello']);
});

test('shows a placeholder that is no input', async () => {
  const place = makePlace();
  const sim = start(place, { placeholder: 'Try "write a test"' });
  await sim.shows('❯ Try "write a test"');
  sim.press('Enter');
  sim.enter('hello');
  await waitUntil(() => prompts(place).length === 1);
  expect(prompts(place)).toEqual(['hello']);
});
