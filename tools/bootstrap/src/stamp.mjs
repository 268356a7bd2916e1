import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ install: string, build: string, outputs: string[] }} Stamp */

const installInputs = /(^|\/)(package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml)$/;
const noBuildInput = /(\.md|\.test\.ts)$|(^|\/)(docs|test)\//;

/**
 * What the last bootstrap made is still good when nothing that went into it changed. Sources are compared by
 * size and time, as `make` does; what only tests and readers need is left out.
 *
 * @param {string} root
 * @returns {{ install: string, build: string } | undefined} `undefined` outside a git checkout
 */
export function takeStamp(root) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (listed.status !== 0) return undefined;
  const files = listed.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  const node = `${process.platform} ${process.arch} ${process.versions.modules}`;
  const install = files
    .filter((file) => installInputs.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'));
  const build = files
    .filter((file) => !noBuildInput.test(file))
    .map((file) => {
      const { size, mtimeMs } = statSync(join(root, file));
      return `${file} ${size} ${mtimeMs}`;
    });
  return { install: digest([node, ...install]), build: digest([node, ...build]) };
}

/** @param {string[]} parts */
function digest(parts) {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/**
 * What has to be done. A folder that the last bootstrap made and that is gone counts as a change.
 *
 * @param {Stamp | undefined} before
 * @param {{ install: string, build: string } | undefined} now
 * @param {(path: string) => boolean} isThere
 */
export function decide(before, now, isThere) {
  if (!before || !now) return { install: true, build: true };
  const install = before.install !== now.install || !isThere('node_modules/.modules.yaml');
  return { install, build: install || before.build !== now.build || !before.outputs.every(isThere) };
}

/**
 * @param {string} path
 * @returns {Stamp | undefined}
 */
export function readStamp(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // no bootstrap yet, or one that was cut off while it wrote
  }
}
