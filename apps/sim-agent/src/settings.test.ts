import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

function makeDirectories() {
  const directory = makeTempDirectory();
  const paths = { configDirectory: join(directory, 'config'), projectDirectory: join(directory, 'project') };
  mkdirSync(paths.configDirectory);
  mkdirSync(join(paths.projectDirectory, '.claude'), { recursive: true });
  return paths;
}

const stopWith = (command: string) => ({ hooks: { Stop: [{ hooks: [{ type: 'command', command }] }] } });

test('merges the hooks of all four places', () => {
  const paths = makeDirectories();
  writeFileSync(join(paths.configDirectory, 'settings.json'), JSON.stringify(stopWith('user')));
  writeFileSync(join(paths.projectDirectory, '.claude/settings.json'), JSON.stringify(stopWith('project')));
  writeFileSync(
    join(paths.projectDirectory, '.claude/settings.local.json'),
    JSON.stringify(stopWith('local')),
  );
  const { rules, problems } = readSettings({ ...paths, flag: JSON.stringify(stopWith('flag')) });
  expect(rules.map(({ hook }) => hook.type === 'command' && hook.command)).toEqual([
    'user',
    'project',
    'local',
    'flag',
  ]);
  expect(problems).toEqual([]);
});

test('reads a command with arguments, its time limit in seconds, and the keys of a waiter', () => {
  const hook = { type: 'command', command: 'orc-hook', args: ['wait'], timeout: 86_400, asyncRewake: true };
  const flag = JSON.stringify({ hooks: { SessionStart: [{ matcher: 'startup', hooks: [hook] }] } });
  expect(readSettings({ ...makeDirectories(), flag }).rules).toEqual([
    {
      event: 'SessionStart',
      matcher: 'startup',
      hook: {
        type: 'command',
        command: 'orc-hook',
        args: ['wait'],
        timeoutMs: 86_400_000,
        isAsync: false,
        isAsyncRewake: true,
        rewakeMessage: undefined,
        rewakeSummary: undefined,
      },
    },
  ]);
});

test('skips an unknown event and an unknown type, keeps the rest, and says so', () => {
  const flag = JSON.stringify({
    hooks: { NoSuchEvent: [], Stop: [{ hooks: [{ type: 'bogus' }, { type: 'command', command: 'ok' }] }] },
  });
  const { rules, problems } = readSettings({ ...makeDirectories(), flag });
  expect(rules).toHaveLength(1);
  expect(problems).toMatchObject([{ path: '--settings', isWholeFile: false }]);
  expect(problems[0]?.lines.join('\n')).toMatch(
    /Unknown hook event "NoSuchEvent"[^]*Unknown hook type "bogus"/,
  );
});

test('leaves a whole file out when its JSON is broken', () => {
  const paths = makeDirectories();
  writeFileSync(join(paths.projectDirectory, '.claude/settings.json'), '{ "hooks": ');
  expect(readSettings({ ...paths, flag: undefined })).toMatchObject({
    rules: [],
    problems: [{ isWholeFile: true }],
  });
});

test('lets --settings win over the project for single values', () => {
  const paths = makeDirectories();
  const project = {
    ...stopWith('project'),
    disableAllHooks: true,
    statusLine: { type: 'command', command: 'a' },
  };
  writeFileSync(join(paths.projectDirectory, '.claude/settings.json'), JSON.stringify(project));
  const flag = JSON.stringify({
    disableAllHooks: false,
    statusLine: { type: 'command', command: 'b', refreshInterval: 2 },
    skipDangerousModePermissionPrompt: true,
  });
  expect(readSettings({ ...paths, flag })).toMatchObject({
    rules: [{ event: 'Stop' }],
    statusLine: { command: 'b', refreshIntervalMs: 2_000 },
    isBypassAccepted: true,
  });
  expect(readSettings({ ...paths, flag: undefined }).rules).toEqual([]);
});

test('does not take the word of a project that the bypass warning was accepted', () => {
  const paths = makeDirectories();
  writeFileSync(
    join(paths.projectDirectory, '.claude/settings.json'),
    '{"skipDangerousModePermissionPrompt":true}',
  );
  expect(readSettings({ ...paths, flag: undefined }).isBypassAccepted).toBe(false);
});

test('refuses a settings file that is not there', () => {
  expect(() => readSettings({ ...makeDirectories(), flag: '/no/such/file.json' })).toThrow(
    expect.objectContaining({ code: 'ORC_SIM_AGENT_SETTINGS_NOT_FOUND' }),
  );
});
