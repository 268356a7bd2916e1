import { homedir } from 'node:os';
import { run, type RunResult } from '@orc/process';

export interface GitOptions {
  readonly input?: string | Buffer;
  /** Added to the environment, such as `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly bytesMax?: number;
  /** `latin1` gives one character per byte, so that `-z` output keeps names that are not UTF-8. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** Runs git in a directory, with exactly these arguments. */
export interface Git {
  /** Standard output. @throws what `failed` makes, on any other exit code than 0 */
  run(directory: string, args: readonly string[], options?: GitOptions): Promise<string>;
  /** For commands whose exit code is an answer. */
  attempt(directory: string, args: readonly string[], options?: GitOptions): Promise<RunResult>;
}

// The index of a large repository is listed in one go.
const BYTES_MAX = 256 * 1024 * 1024;

// What belongs to the user stays out of orc's commands: hooks, file monitors, maintenance in the
// background. Git itself waits for a reference that another git holds.
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=true',
  'core.filesRefLockTimeout=10000',
  'core.packedRefsTimeout=10000',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'i18n.commitEncoding=UTF-8',
].flatMap((setting) => ['-c', setting]);

// A GIT_DIR that came with the environment (orc started from inside a git hook) would send every command
// to another repository. Only what configures git itself is kept.
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_EXEC_PATH']);

const FIXED = {
  LC_ALL: 'C',
  // A status must not take the index lock: the agent's own commit would fail on it.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

export type Environment = Readonly<Record<string, string | undefined>>;

export type GitFailed = (
  directory: string,
  args: readonly string[],
  exitCode: number | null,
  stderr: string,
) => Error;

export function createGit(options: {
  readonly gitPath: string;
  readonly timeoutMs: number;
  readonly environment?: Environment | undefined;
  /** The error of the package that runs this command. */
  readonly failed: GitFailed;
}): Git {
  const { gitPath, timeoutMs, failed } = options;
  const base = cleanEnvironment(
    options.environment ?? { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin', HOME: homedir() },
  );
  const attempt: Git['attempt'] = (directory, args, { input, env, encoding, bytesMax = BYTES_MAX } = {}) =>
    run(gitPath, [...SETTINGS, '-C', directory, ...args], {
      // A working directory that is gone would be reported as a missing git.
      cwd: '/',
      env: { ...base, ...env },
      timeoutMs,
      bytesMax,
      ...(input !== undefined && { input }),
      ...(encoding !== undefined && { encoding }),
    });
  return {
    attempt,
    async run(directory, args, options) {
      const { exitCode, stdout, stderr } = await attempt(directory, args, options);
      if (exitCode !== 0) throw failed(directory, args, exitCode, stderr);
      return stdout;
    },
  };
}

function cleanEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || KEPT.has(name));
  return { ...Object.fromEntries(kept), ...FIXED };
}

/** A line of output without its newline; the line itself may hold others. */
export function lineOf(output: string): string {
  return output.endsWith('\n') ? output.slice(0, -1) : output;
}
