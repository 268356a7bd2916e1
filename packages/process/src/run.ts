import { spawn } from 'node:child_process';
import { isErrno } from '@orc/errors';
import { errors } from './errors.ts';

export interface RunOptions {
  /** Working directory; always said, because a default would be whatever started the caller. */
  readonly cwd: string;
  /** The whole environment of the program, not additions to the caller's. Default: the caller's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Written to standard input, which is then closed. Default: nothing. */
  readonly input?: string | Buffer;
  /** Killed with SIGKILL after this many milliseconds. Default 60 000. */
  readonly timeoutMs?: number;
  /** Killed when either stream grows past this many bytes. Default 64 MiB. */
  readonly bytesMax?: number;
}

export interface RunResult {
  /** `null` when a signal ended the program. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with exactly these arguments and no shell, and waits for its end. A non-zero exit is a
 * result and not an error.
 *
 * @throws ORC_PROCESS_NOT_FOUND, ORC_PROCESS_TIMED_OUT, ORC_PROCESS_TOO_MUCH_OUTPUT
 */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { cwd, env, input, timeoutMs = 60_000, bytesMax = 64 * 1024 * 1024 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, ...(env && { env }), stdio: 'pipe' });
    const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
    let failure: Error | undefined;
    const giveUp = (error: Error) => {
      failure ??= error;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => giveUp(errors.timedOut(file, args, timeoutMs)), timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      let bytes = 0;
      child[name].on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bytesMax) giveUp(errors.tooMuchOutput(file, args, bytesMax));
        else chunks[name].push(chunk);
      });
    }
    // A program that does not read its input closes the pipe; that is its right and no failure of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(isErrno(error, 'ENOENT') ? errors.notFound(file, error) : error);
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      if (failure) return reject(failure);
      const text = (name: 'stdout' | 'stderr') => Buffer.concat(chunks[name]).toString('utf8');
      resolve({ exitCode, signal, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
}

/**
 * As `run`, and a non-zero exit is an error. Returns standard output.
 *
 * @throws ORC_PROCESS_FAILED, and whatever `run` throws
 */
export async function runOrThrow(
  file: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const result = await run(file, args, options);
  if (result.exitCode !== 0) throw errors.failed(file, args, result.exitCode, result.stderr);
  return result.stdout;
}
