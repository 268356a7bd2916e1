import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program, makePlace, startSim, waiterHook, type Json, type Place } from './sim.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(place: Place, args: readonly string[], input?: string): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: place.project.path, env: { ...place.environment } };
    const child = execFile(process.execPath, [program, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end(input ?? '');
  });
}

test('says in its version that it is a simulation', async () => {
  const { stdout } = await run(makePlace(), ['--version']);
  expect(stdout).toBe('2.1.329 (SIMULATION of Claude Code, no model)\n');
  expect((await run(makePlace(), ['--help'])).stdout).toContain('SIMULATION of Claude Code, no model');
});

test('prints the answer to one prompt without a terminal, and runs the hooks', async () => {
  const place = makePlace();
  const scenario = place.scenario({
    turns: [{ text: 'Running.', tools: ['echo one'] }, { text: 'All done.' }],
  });
  const ended = await run(place, [
    '-p',
    'do it',
    '--settings',
    place.settings({ SessionStart: waiterHook }),
    '--scenario',
    scenario,
  ]);
  expect(ended).toEqual({ code: 0, stdout: 'All done.\n', stderr: '' });
  expect(place.names()).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'PreToolUse',
    'PostToolUse',
    'PostToolBatch',
    'Stop',
    'SessionEnd',
  ]);
  expect(place.events()[0]).not.toHaveProperty('model');
  expect(place.events().at(-1)).toMatchObject({ reason: 'other' });
  expect(place.records().find(({ type }) => type === 'user')).toMatchObject({
    promptSource: 'sdk',
    entrypoint: 'sdk-cli',
  });
});

test('takes the prompt from stdin and prints JSON', async () => {
  const place = makePlace();
  const { stdout } = await run(
    place,
    ['-p', '--output-format', 'json', '--scenario', place.scenario({})],
    'hello\n',
  );
  const result = JSON.parse(stdout) as Json;
  expect(result).toMatchObject({
    type: 'result',
    is_error: false,
    num_turns: 1,
    terminal_reason: 'completed',
  });
  expect(result['result']).toContain('simulation without a model');
});

test('ends with 1 in an API error and prints it', async () => {
  const place = makePlace();
  const scenario = place.scenario({ faults: [{ kind: 'apiError', error: 'authentication_failed' }] });
  expect(await run(place, ['-p', 'hello', '--scenario', scenario])).toMatchObject({
    code: 1,
    stdout: 'Not logged in · Please run /login\n',
  });
});

const wrong: [string, string[], string][] = [
  ['an option that it does not know', ['--fork-session'], "error: unknown option '--fork-session'"],
  ['a session id that is no UUID', ['--session-id', 'x'], 'Error: Invalid session ID. Must be a valid UUID.'],
  [
    'a session that does not exist',
    ['-p', 'x', '--resume', '66666666-2222-4333-8444-555555555555'],
    'No conversation found with session ID: 66666666-2222-4333-8444-555555555555',
  ],
  ['no prompt', ['-p'], 'Error: Input must be provided either through stdin or as a prompt argument'],
  ['no terminal', ['hello'], 'Error: This is no terminal.'],
  [
    'settings that are not there',
    ['-p', 'x', '--settings', '/no/such.json'],
    'Error: Settings file not found',
  ],
  [
    'a scenario that is not there',
    ['-p', 'x', '--scenario', '/no/such.json'],
    'The scenario /no/such.json cannot',
  ],
];

test.each(wrong)('refuses %s and starts nothing', async (_name, args, message) => {
  const place = makePlace();
  const ended = await run(place, args);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(place.records()).toEqual([]);
});

test('refuses a session id that was used before', async () => {
  const place = makePlace();
  const args = [
    '-p',
    'hello',
    '--scenario',
    place.scenario({}),
    '--session-id',
    '66666666-2222-4333-8444-555555555555',
  ];
  expect((await run(place, args)).code).toBe(0);
  const again = await run(place, args);
  expect(again).toMatchObject({ code: 1 });
  expect(again.stderr).toContain('Error: Session ID 66666666-2222-4333-8444-555555555555 is already in use.');
});

test('ends with the reason when its transcript cannot be written', async () => {
  const place = makePlace();
  writeFileSync(join(place.config, 'projects'), 'a file where a directory should be');
  const args = ['--scenario', place.scenario({}), 'hello'];
  const ended = await run(place, ['-p', ...args]);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain('Nothing could be added to');
  const sim = startSim(place, { args });
  expect(await sim.ended()).toBe(1);
  await sim.shows('Nothing could be added to');
});

test.runIf(process.getuid?.() === 0)(
  'refuses to bypass permissions as root outside of a sandbox',
  async () => {
    const { code, stderr } = await run(makePlace(), ['-p', 'x', '--dangerously-skip-permissions']);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be used with root/sudo privileges');
  },
);

test('starts in little more time than node itself', () => {
  const place = makePlace();
  const elapsedMs = (...args: string[]) => {
    const startedAt = performance.now();
    execFileSync(process.execPath, args, { env: { ...place.environment }, stdio: 'pipe' });
    return performance.now() - startedAt;
  };
  // The fastest of several runs, taken in turns: a busy machine slows all of them, and none of them for ever.
  const pairs = Array.from({ length: 9 }, () => [elapsedMs('-e', '0'), elapsedMs(program, '--version')]);
  const fastest = (index: number) => Math.min(...pairs.map((pair) => pair[index] ?? Infinity));
  expect(fastest(1) / fastest(0)).toBeLessThan(3);
});
