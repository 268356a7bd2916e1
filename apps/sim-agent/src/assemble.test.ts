import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, test } from 'vitest';
import { readBasis } from './assemble.ts';
import { parseOptions } from './options.ts';

const sessionId = '66666666-2222-4333-8444-555555555555';

function read(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const home = makeTempDirectory();
  return readBasis(parseOptions(args), { HOME: home, ...environment }, '/work/shop');
}

test('keeps its data apart from a real client’s when told to', () => {
  const both = { ORC_SIM_CONFIG_DIR: '/sim', CLAUDE_CONFIG_DIR: '/claude' };
  expect(read([], both).configDirectory).toBe('/sim');
  expect(read([], { CLAUDE_CONFIG_DIR: '/claude' }).configDirectory).toBe('/claude');
  expect(read([], { HOME: '/home/ada' }).configDirectory).toBe('/home/ada/.claude');
});

test('refuses to resume a session that it does not know', () => {
  expect(() => read(['--resume', sessionId])).toThrow(
    expect.objectContaining({ code: 'ORC_SIM_AGENT_UNKNOWN_SESSION' }),
  );
});

test('refuses an id that another session has, in any project', () => {
  const config = makeTempDirectory();
  mkdirSync(join(config, 'projects', '-work-other'), { recursive: true });
  writeFileSync(join(config, 'projects', '-work-other', `${sessionId}.jsonl`), '{}\n');
  expect(() => read(['--session-id', sessionId], { ORC_SIM_CONFIG_DIR: config })).toThrow(
    expect.objectContaining({ code: 'ORC_SIM_AGENT_SESSION_IN_USE' }),
  );
});

test.runIf(process.getuid?.() === 0)('lets root bypass permissions in a sandbox only', () => {
  const flag = ['--dangerously-skip-permissions'];
  expect(() => read(flag)).toThrow(expect.objectContaining({ code: 'ORC_SIM_AGENT_BYPASS_REFUSED' }));
  expect(read(flag, { IS_SANDBOX: '1' }).options.permissionMode).toBe('bypassPermissions');
});
