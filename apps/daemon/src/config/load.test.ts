import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './load.ts';
import { writeConfigValue } from './write.ts';

const file = (text?: string) => {
  const path = join(makeTempDirectory(), 'config.yaml');
  if (text !== undefined) writeFileSync(path, text);
  return path;
};
const originOf = (path: string, key: string, environment = {}) =>
  loadConfig(path, environment).origins.find((each) => each.key === key);

describe('loadConfig', () => {
  it('needs no file', () => {
    expect(loadConfig(file(), {}).config.agents.runtime).toBe('claude');
  });

  it('lets the environment win over the file, and the file over the default', () => {
    const path = file('agents:\n  runtime: sim\n');
    expect(originOf(path, 'agents.runtime')).toEqual({ key: 'agents.runtime', value: 'sim', origin: path });
    expect(originOf(path, 'agents.runtime', { ORC_AGENTS_RUNTIME: 'claude' })).toEqual({
      key: 'agents.runtime',
      value: 'claude',
      origin: 'ORC_AGENTS_RUNTIME',
    });
    expect(originOf(path, 'delivery.nudgeAfterMs')?.origin).toBe('default');
  });

  it('reads numbers and lists of the environment as YAML does', () => {
    const environment = { ORC_DELIVERY_NUDGE_AFTER_MS: '700', ORC_CLAUDE_COMMAND: '[env, claude]' };
    const { config } = loadConfig(file(), environment);
    expect(config.delivery.nudgeAfterMs).toBe(700);
    expect(config.claude.command).toEqual(['env', 'claude']);
  });

  it.each([
    ['agents:\n  runtim: sim\n', /agents\.runtim: there is no such key, did you mean agents\.runtime\?/],
    ['agents:\n  runtime: gpt\n', /agents\.runtime/],
    ['delivery:\n  nudgeAfterMs: fast\n', /delivery\.nudgeAfterMs/],
    ['- a\n- b\n', /must hold keys and values/],
    ['a: [', /config\.yaml cannot be used/],
  ])('refuses %j and says what is wrong', (text, problem) => {
    expect(() => loadConfig(file(text), {})).toThrowError(
      expect.objectContaining({
        code: 'ORC_DAEMON_BAD_CONFIG',
        message: expect.stringMatching(problem) as string,
      }),
    );
  });
});

describe('writeConfigValue', () => {
  it('changes one value and keeps the comments', () => {
    const path = file('# mine\nagents:\n  runtime: claude # for now\n');
    writeConfigValue(path, 'agents.runtime', 'sim');
    expect(readFileSync(path, 'utf8')).toBe('# mine\nagents:\n  runtime: sim # for now\n');
  });

  it('writes nothing that the schema refuses', () => {
    const path = file();
    expect(() => writeConfigValue(path, 'agents.runtime', 'gpt')).toThrowError(
      expect.objectContaining({ code: 'ORC_DAEMON_BAD_CONFIG' }),
    );
    expect(existsSync(path)).toBe(false);
  });

  it.each(['a: [', 'just a text\n', 'agents: sim\n'])(
    'leaves %j, which no key can be set in, as it is',
    (text) => {
      const path = file(text);
      expect(() => writeConfigValue(path, 'agents.runtime', 'sim')).toThrowError(
        expect.objectContaining({ code: 'ORC_DAEMON_BAD_CONFIG' }),
      );
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('says why a file cannot be written', () => {
    const path = file();
    mkdirSync(`${path}.${process.pid}.partial`);
    expect(() => writeConfigValue(path, 'agents.runtime', 'sim')).toThrowError(
      expect.objectContaining({
        code: 'ORC_DAEMON_BAD_REQUEST',
        message: expect.stringContaining(
          'config.yaml cannot be written: illegal operation on a directory',
        ) as string,
      }),
    );
  });
});
