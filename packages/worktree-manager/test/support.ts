import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import {
  openWorktrees,
  type Worktrees,
  type WorktreesConfigInput,
  type WorktreesDeps,
} from '../src/index.ts';

/** Nothing of the machine's own git configuration may change what a test sees. */
export const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

/** 2030-01-02 03:04:05 UTC */
export const NOW = Date.UTC(2030, 0, 2, 3, 4, 5);

export function open(options: Partial<WorktreesConfigInput> = {}, deps: WorktreesDeps = {}): Worktrees {
  return openWorktrees(
    { directory: join(makeTempDirectory('orc-projects'), 'projects'), ...options },
    { clock: { now: () => NOW }, environment, ...deps },
  );
}

export const developer = (repository: string, project = 'shop') => ({
  repository,
  project,
  role: 'developer',
  branch: `feature/${project}-developer`,
  parent: 'main',
});

/** Every file below a directory with its bytes, mode and link target; names byte for byte. */
export function readTree(root: string): Record<string, string> {
  const tree: Record<string, string> = {};
  const walk = (directory: Buffer, prefix: string) => {
    for (const name of readdirSync(directory, { encoding: 'buffer' })) {
      const text = prefix + name.toString('latin1');
      if (text === '.git' || text.endsWith('/.git')) continue;
      const path = Buffer.concat([directory, Buffer.from('/'), name]);
      const found = lstatSync(path);
      if (found.isDirectory()) walk(path, `${text}/`);
      else if (found.isSymbolicLink()) tree[text] = `link ${readlinkSync(path)}`;
      else tree[text] = `${found.mode & 0o100 ? 'x' : '-'} ${digest(readFileSync(path))}`;
    }
  };
  walk(Buffer.from(root), '');
  return tree;
}

/** As `readTree` with the time of every last change, git's own files and the index included. */
export function readTimes(root: string): Record<string, number> {
  const times: Record<string, number> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!path.startsWith(join(root, '.git'))) times[path] = lstatSync(path).mtimeMs;
  }
  return times;
}

export function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
