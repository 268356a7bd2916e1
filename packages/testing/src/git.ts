import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTempDirectory } from './temp-directory.ts';

export interface GitRepository {
  readonly path: string;
  /** Runs git in the repository and returns what it printed, trimmed. Throws when git fails. */
  git(...args: string[]): string;
  /** Writes files (path → text) and commits them. Returns the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): string;
}

// Nothing of the machine's own git configuration may change what a test sees; and a suite that is started by a
// git hook inherits GIT_DIR, which would send the test's commits into the user's own repository.
const isolatedEnvironment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
});

/** A real repository on branch `main`, removed with the current test; with one commit unless `empty`. */
export function makeGitRepository(options: { readonly empty?: boolean } = {}): GitRepository {
  const path = makeTempDirectory('orc-git');
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: path,
      env: isolatedEnvironment(),
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.test');
  const repository: GitRepository = {
    path,
    git,
    commit(files, message = 'Add files') {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
  if (!options.empty) repository.commit({ 'README.md': '# A project\n' }, 'Start');
  return repository;
}
