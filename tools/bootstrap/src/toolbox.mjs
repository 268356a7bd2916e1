import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** An expected end of the bootstrap: what happened, and what to do about it. */
export class Failure extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(`${code}: ${message}`);
  }
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`orc: ${text}\n`);
}

/**
 * What a program prints about its version, or `undefined` when it cannot be run.
 *
 * @param {{ name: string, args: string[] }} program
 * @param {{ cwd?: string }} [options]
 */
export function versionOf({ name, args }, options = {}) {
  // A stand-in that fetches the real program on demand must neither ask nor hang.
  const env = { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
  const { status, stdout } = spawnSync(name, args, { encoding: 'utf8', env, timeout: 20_000, ...options });
  return status === 0 ? stdout : undefined;
}

/**
 * Programs for one checkout, kept in its `.tools` folder, which git ignores.
 *
 * @param {string} root
 */
export function openToolbox(root) {
  const folder = join(root, '.tools');
  const logPath = join(folder, 'bootstrap.log');
  mkdirSync(folder, { recursive: true });
  /** @type {number | undefined} */
  let log;
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...process.env,
    ...findNodeHeaders(),
    NX_DAEMON: 'false',
    npm_config_update_notifier: 'false',
  };

  /**
   * @param {string} title
   * @param {string[]} command
   * @param {NodeJS.ProcessEnv} [extra]
   */
  const step = (title, [file = '', ...args], extra) => {
    say(`${title} …`);
    log ??= openSync(logPath, 'w');
    writeSync(log, `\n# ${title}: ${file} ${args.join(' ')}\n`);
    const options = { cwd: root, env: { ...env, ...extra } };
    const { status, error } = spawnSync(file, args, { ...options, stdio: ['ignore', log, log] });
    if (status === 0) return;
    const lastLines = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-40).join('\n  ');
    const why = error?.message ?? `exit code ${status}`;
    throw new Failure(
      'ORC_BOOTSTRAP_STEP_FAILED',
      `${title}: ${why}. The log is ${logPath} and ends:\n  ${lastLines}`,
    );
  };

  /**
   * The command that starts exactly this pnpm: the one on the PATH, or one that is fetched into the toolbox.
   *
   * @param {string} version
   */
  const getPnpm = (version) => {
    if (versionOf({ name: 'pnpm', args: ['--version'] }, { cwd: root })?.trim() === version) return ['pnpm'];
    const home = join(folder, 'pnpm');
    const bin = join(home, 'node_modules', '.bin');
    const manifest = join(home, 'node_modules', 'pnpm', 'package.json');
    if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== version) {
      mkdirSync(home, { recursive: true });
      const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--yes', '--global=false'];
      step(`fetching pnpm ${version}`, ['npm', 'install', '--prefix', home, ...quiet, `pnpm@${version}`]);
    }
    // Scripts of package.json call `pnpm` themselves.
    env.PATH = `${bin}${delimiter}${env.PATH}`;
    return [join(bin, 'pnpm')];
  };

  return { folder, env, step, getPnpm };
}

/**
 * Compiling needs Node's headers. Most installations bring them, but only an npm setting leads there; without
 * it they are downloaded, which fails wherever the machine may reach its package registry only.
 *
 * @returns {NodeJS.ProcessEnv}
 */
function findNodeHeaders() {
  if (process.env.npm_config_nodedir !== undefined) return {};
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(header)) return {};
  const fits = readFileSync(header, 'utf8').includes(
    `#define NODE_MODULE_VERSION ${process.versions.modules}`,
  );
  return fits ? { npm_config_nodedir: prefix } : {};
}
