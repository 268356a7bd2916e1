import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import {
  findLacking,
  installCommand,
  isAtLeast,
  managers,
  needed,
  neededToCompile,
} from './src/programs.mjs';
import { decide, readStamp, takeStamp } from './src/stamp.mjs';
import { Failure, openToolbox, say, versionOf } from './src/toolbox.mjs';

const root = resolve(import.meta.dirname, '..', '..');
const usage = 'usage: node tools/bootstrap/bootstrap.mjs [--run <script> [arguments]]';

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say(error.message);
  process.exitCode = 1;
}

/** @param {string[]} args */
async function main([option, script, ...rest]) {
  if (option !== undefined && (option !== '--run' || script === undefined)) {
    say(usage);
    return 2;
  }
  const { packageManager, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (!isAtLeast(process.version, engines.node))
    throw new Failure(
      'ORC_BOOTSTRAP_NODE_TOO_OLD',
      `Node ${process.version} is too old (orc needs ${engines.node}). Install a newer Node and run this again.`,
    );
  const toolbox = openToolbox(root);
  const pnpm = prepare(toolbox, /@([^+]+)/.exec(packageManager)?.[1] ?? '');
  return script === undefined ? 0 : runScript([...pnpm(), '--silent', 'run', script, ...rest], toolbox.env);
}

/**
 * Leaves everything in place for `pnpm`, and gives a function that finds it.
 *
 * @param {ReturnType<typeof openToolbox>} toolbox
 * @param {string} version
 */
function prepare(toolbox, version) {
  const startedAt = performance.now();
  const stampPath = join(toolbox.folder, 'stamp.json');
  ensurePrograms(toolbox, needed);
  const stamp = takeStamp(root);
  const todo = decide(readStamp(stampPath), stamp, (path) => existsSync(join(root, path)));
  const pnpm = () => toolbox.getPnpm(version);
  if (!todo.install && !todo.build) return pnpm;
  if (todo.install) {
    ensurePrograms(toolbox, neededToCompile);
    const install = ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
    toolbox.step('installing packages (about a minute the first time)', [...pnpm(), ...install]);
  }
  // An app is bundled from the libraries' sources, so nothing else has to be built for orc to run.
  const build = ['run-many', '-t', 'build', '-p', 'tag:layer:app', '--exclude-task-dependencies'];
  toolbox.step('building', [...pnpm(), 'exec', 'nx', ...build, '--output-style=static']);
  writeFileSync(stampPath, JSON.stringify({ ...stamp, outputs: listOutputs() }));
  say(`ready after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  return pnpm;
}

/**
 * @param {ReturnType<typeof openToolbox>} toolbox
 * @param {import('./src/programs.mjs').Program[]} programs
 */
function ensurePrograms(toolbox, programs) {
  const find = () => findLacking(programs, versionOf);
  let lacking = find();
  if (lacking.length === 0) return;
  const manager = managers.find((name) => versionOf({ name, args: ['--version'] }) !== undefined);
  const isRoot = process.getuid?.() === 0;
  const names = lacking.map(({ name }) => name);
  if (manager === 'apt-get' && isRoot) {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    toolbox.step('updating the list of system packages', ['apt-get', 'update'], quiet);
    toolbox.step(
      `installing ${names.join(', ')}`,
      ['apt-get', 'install', '-y', '--no-install-recommends', ...names],
      quiet,
    );
    lacking = find();
    if (lacking.length === 0) return;
  }
  throw new Failure(
    'ORC_BOOTSTRAP_PROGRAM_MISSING',
    `${lacking.map(({ what }) => what).join('; ')}. Run this, then try again:\n  ${installCommand(names, { manager, isRoot })}`,
  );
}

function listOutputs() {
  const outputs = readdirSync(join(root, 'apps')).map((name) => `apps/${name}/dist`);
  return outputs.filter((path) => existsSync(join(root, path)));
}

/**
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the script's exit code
 */
function runScript([file = '', ...args], env) {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd: root, env, stdio: 'inherit' });
    // The terminal tells the whole group; the script decides how it ends.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    child.on('error', fail);
    child.on('exit', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
