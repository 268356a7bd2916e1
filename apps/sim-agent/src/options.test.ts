import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

const sessionId = '66666666-2222-4333-8444-555555555555';

test('reads the options that a launcher gives, and the prompt after two dashes', () => {
  const options = parseOptions([
    '--settings',
    '/tmp/s.json',
    '--permission-mode',
    'acceptEdits',
    '--name',
    'shop/developer',
    '--session-id',
    sessionId,
    '--mcp-config',
    '/tmp/mcp.json',
    '--',
    '--looks like an option',
  ]);
  expect(options).toMatchObject({
    settings: '/tmp/s.json',
    permissionMode: 'acceptEdits',
    name: 'shop/developer',
    sessionId,
    prompt: '--looks like an option',
  });
});

test('lets a list option eat the prompt, as the client does', () => {
  expect(parseOptions(['--mcp-config', 'a.json', 'the prompt']).prompt).toBeUndefined();
  expect(parseOptions(['--mcp-config', 'a.json', '--', 'the prompt']).prompt).toBe('the prompt');
});

test('takes short names, values after an equals sign, and auto as the default mode', () => {
  const options = parseOptions(['-p', '-n', 'lead', '--output-format=json', 'hello']);
  expect(options).toMatchObject({
    isPrint: true,
    isJson: true,
    name: 'lead',
    prompt: 'hello',
    permissionMode: 'auto',
  });
  expect(parseOptions(['--dangerously-skip-permissions']).permissionMode).toBe('bypassPermissions');
});

test('refuses what it does not simulate instead of ignoring it', () => {
  expect(() => parseOptions(['--fork-session'])).toThrow(
    expect.objectContaining({ code: 'ORC_SIM_AGENT_UNKNOWN_OPTION' }),
  );
});

test('refuses an option without its value', () => {
  for (const option of ['--settings', '--mcp-config'])
    expect(() => parseOptions([option])).toThrow(
      expect.objectContaining({ code: 'ORC_SIM_AGENT_MISSING_VALUE' }),
    );
});

test('refuses a permission mode that does not exist and names those that do', () => {
  expect(() => parseOptions(['--permission-mode', 'yolo'])).toThrow(/acceptEdits, auto, bypassPermissions/);
  expect(() => parseOptions(['--permission-mode', 'yolo'])).toThrow(
    expect.objectContaining({ code: 'ORC_SIM_AGENT_BAD_CHOICE' }),
  );
});

test('refuses a session id that is no UUID, in the words of the client', () => {
  expect(() => parseOptions(['--session-id', 'seven'])).toThrow(
    expect.objectContaining({
      code: 'ORC_SIM_AGENT_BAD_SESSION_ID',
      message: 'Error: Invalid session ID. Must be a valid UUID.',
    }),
  );
});
