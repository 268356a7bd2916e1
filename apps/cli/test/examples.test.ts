import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../src/commands/index.ts';
import { as, makeWorld, startShop, waitForTasks, type World } from './world.ts';

/** Examples that need more than a team at rest, and who runs them. */
const ELSEWHERE = new Map([
  ['orc demo', 'readme.test.ts'],
  ['orc attach developer', 'main-job.test.ts'],
  ['orc daemon install', 'always-on.test.ts'],
  ['orc daemon uninstall', 'always-on.test.ts'],
  ['orc doctor --drill', 'tools/chaos'],
  ['orc doctor --drill --only daemon-killed,agent-killed', 'tools/chaos'],
  ['orc bench delivery', 'tools/real-client'],
  ['orc bench delivery --rounds 50 --json', 'tools/real-client'],
  ['orc bench delivery --real', 'tools/real-client'],
]);

/** What names something that is not there, or comes too early, is refused with these words; nothing else is. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/\bm7k2p9q4xd\b/, 'ORC_QUEUE_UNKNOWN_MESSAGE'],
  [/\bshop\.t-01\b/, 'ORC_TASKS_UNKNOWN_TASK'],
  [/\bs0123456789\b/, 'ORC_SCHEDULER_UNKNOWN_SCHEDULE'],
  [/20260101T120000Z/, 'ORC_WORKTREE_UNKNOWN_RESCUE'],
  [/\bv7k2p9q4xd\b/, 'ORC_RULES_UNKNOWN_VIOLATION'],
  [/\bp7k2p9q4xd0\b/, 'ORC_PUBSUB_UNKNOWN_PUBLICATION'],
  [/^orc report devops /, 'ORC_DAEMON_UNKNOWN_AGENT'],
  [/--account claude$/, 'ORC_DAEMON_UNKNOWN_ACCOUNT'],
  [/--check report\.md$/, 'Severity is missing'],
  [/--only feature\/login/, 'ORC_DAEMON_OTHER_INTEGRATION'],
  [/^orc git rollback/, 'ORC_DAEMON_NOTHING_TO_ROLL_BACK'],
  [/^orc daemon start --no-resume$/, 'ORC_CLI_DAEMON_RUNS_OTHERWISE'],
];

/** These leave another team behind than they found, so they come last, and the end of an agent after all others. */
const LATE = [
  /^(?:daemon|monitor|config (?:set|init))\b/,
  /^(?:down|start|stop|resume|restart agent|agent (?:stop|start|restart))$/,
  /^agent end$/,
];
const lateness = (path: string) => LATE.findIndex((late) => late.test(path));

/** Goes on until it is ended. */
const ENDLESS = / --follow\b/;

/** Said by an agent about itself. */
const AS_AGENT = /^orc (?:git sync|git sync --from developer)$/;

/** What timeout(1) ends with when time was over. */
const TIMED_OUT = 124;

/** Lines that the pages in docs show in a block, without what they say beside them. */
function shownInDocs(): string[] {
  const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
  return readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => [...readFileSync(join(docs, name), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)])
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*/, ''))
    .filter((line) => line.startsWith('orc '));
}

function makeShell(world: World, cwd: string): (line: string) => SpawnSyncReturns<string> {
  const bin = join(world.home, 'bin');
  mkdirSync(bin);
  const program = join(import.meta.dirname, '..', 'bin', 'orc.js');
  writeFileSync(join(bin, 'orc'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'orc'), 0o755);
  const env = { ...world.environment, PATH: `${bin}:${world.environment['PATH'] ?? ''}`, EDITOR: 'true' };
  return (line) =>
    spawnSync('sh', ['-c', line], {
      cwd,
      env: AS_AGENT.test(line) ? { ...env, ...as(world, 'tester') } : env,
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
}

it('every example of the help and of the docs does what it says, or says with a code what is not there', async () => {
  const world = makeWorld({ git: { integration: { testCommand: ['true'] } } });
  const { shop } = await startShop(world, '--roles', 'developer,tester');
  await waitForTasks(world);
  const shell = makeShell(world, shop.path);
  writeFileSync(join(shop.path, 'report.md'), shell('orc template bug').stdout);
  writeFileSync(join(shop.path, 'rules.yaml'), 'rules: []\n');

  const examples = commands
    .flatMap(({ path, examples }) => examples.map(([line]) => ({ line, late: lateness(path) })))
    .concat(shownInDocs().map((line) => ({ line, late: -1 })))
    .filter(({ line }, index, all) => all.findIndex((other) => other.line === line) === index)
    .filter(({ line }) => !ELSEWHERE.has(line))
    .sort((one, other) => one.late - other.late);
  const surprises: string[] = [];
  for (const { line } of examples) {
    const isEndless = ENDLESS.test(line);
    const { status, stdout, stderr } = shell(isEndless ? `timeout 3 ${line}` : line);
    const expected = REFUSED.find(([pattern]) => pattern.test(line))?.[1];
    const isAsExpected =
      expected === undefined
        ? status === (isEndless ? TIMED_OUT : 0)
        : status === 1 && `${stdout}${stderr}`.includes(expected);
    if (!isAsExpected) surprises.push(`${line} ended with ${status}: ${stdout}${stderr}`);
  }
  expect(surprises).toEqual([]);
  expect(examples.length).toBeGreaterThan(150);
}, 600_000);
