import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeWorld, type World } from './world.ts';

/** Homes in which nothing can be read. */
const homes = {
  'below a file': () => '/dev/null',
  'with too long a name': () => join(makeTempDirectory(), 'x'.repeat(300)),
  'with a directory for a token': () => {
    const home = makeTempDirectory();
    mkdirSync(join(home, 'operator.token'));
    return home;
  },
};

const lines = [
  ['status'],
  ...['start', 'status', 'stop', 'stop --force', 'restart', 'install'].map((line) => [
    'daemon',
    ...line.split(' '),
  ]),
  ...[
    ['config', 'show'],
    ['config', 'validate'],
    ['config', 'set', 'agents.runtime', 'sim'],
  ],
  ...[['doctor'], ['demo'], ['hooks', 'install', '--project', 'shop']],
];

describe.each(Object.entries(homes))('a home %s', (_, makeHome) => {
  it('is no bug: each command names the place and says why', async () => {
    const world = makeWorld();
    const home = makeHome();
    const up = ['up', '--project', makeGitRepository().path];
    for (const line of [...lines, up]) await expectToBeTold(world, [...line, '--home', home], home);
  });
});

it('is no bug for the logs of the daemon either', async () => {
  await expectToBeTold(makeWorld(), ['daemon', 'logs', '--home', '/dev/null'], '/dev/null');
});

it('is no bug where the socket cannot be reached', async () => {
  // Too long for a socket, which then lies in the directory of the session.
  const env = { ORC_HOME: join(makeTempDirectory(), 'x'.repeat(200)), XDG_RUNTIME_DIR: '/dev/null' };
  await expectToBeTold(makeWorld(), ['status'], '/dev/null', env);
});

it('is no bug for a service that has nowhere to be written down', async () => {
  const world = makeWorld();
  const env = { XDG_CONFIG_HOME: '/dev/null' };
  const { exitCode, stderr } = await world.run(['daemon', 'install', '--user'], { env });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/ORC_CLI_NOT_(READ|WRIT)ABLE/) as string,
  });
});

async function expectToBeTold(
  world: World,
  line: readonly string[],
  place: string,
  env: Record<string, string> = {},
): Promise<void> {
  const { exitCode, stderr } = await world.run(line, { env });
  expect({ line, exitCode, stderr }).toEqual({
    line,
    exitCode: 1,
    stderr: expect.stringMatching(/ cannot be read: .*\n.*\(ORC_CLI_NOT_READABLE\)/) as string,
  });
  expect(stderr).toContain(place);
}
