import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { describeError, isErrno } from '@orc/errors';
import { errors } from './errors.ts';
import { listDescendants, signalProcess } from './identity.ts';

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
  /** How both streams are read; `latin1` gives one character per byte and loses none. Default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1';
}

export interface RunResult {
  /** `null` when a signal ended the program. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with exactly these arguments and no shell, and waits until it has ended and its output is
 * closed. A non-zero exit is a result and not an error. Giving up kills what the program started, too.
 *
 * @throws ORC_PROCESS_NOT_FOUND, ORC_PROCESS_NO_DIRECTORY, ORC_PROCESS_TIMED_OUT, ORC_PROCESS_TOO_MUCH_OUTPUT
 */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { cwd, env, input, timeoutMs = 60_000, bytesMax = 64 * 1024 * 1024, encoding = 'utf8' } = options;
  return new Promise((resolve, reject) => {
    const child = start(file, args, { cwd, ...(env && { env }) });
    let failure: Error | undefined;
    const giveUp = (error: Error) => {
      failure ??= error;
      endTree(child);
    };
    const timer = setTimeout(() => giveUp(errors.timedOut(file, args, timeoutMs)), timeoutMs);
    const output = (stream: Readable) =>
      collect(stream, { bytesMax, encoding }, () => giveUp(errors.tooMuchOutput(file, args, bytesMax)));
    const [stdout, stderr] = [output(child.stdout), output(child.stderr)];
    // A program that does not read its input closes the pipe; that is its right and no failure of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(explainStart(file, cwd, error));
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      if (failure) return reject(failure);
      resolve({ exitCode, signal, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** Some failures to start are thrown, the others come as an event. */
function start(file: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }) {
  try {
    return spawn(file, args, { ...options, stdio: 'pipe' });
  } catch (error) {
    throw explainStart(file, options.cwd, error);
  }
}

/** Returns a function that gives the text so far. */
function collect(
  stream: Readable,
  { bytesMax, encoding }: Required<Pick<RunOptions, 'bytesMax' | 'encoding'>>,
  onTooMuch: () => void,
): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) onTooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString(encoding);
}

/**
 * Kills a program with all that it started. What it left running may hold its output open, and nobody would
 * ever see the end of that; so the output is closed from this side as well.
 */
function endTree(child: ChildProcessWithoutNullStreams): void {
  const below = child.pid === undefined ? [] : listDescendants(child.pid);
  child.kill('SIGKILL');
  for (const descendant of below) signalProcess(descendant, 'SIGKILL');
  child.stdout.destroy();
  child.stderr.destroy();
}

/** The system says the same of a missing program and of a missing directory. */
function explainStart(file: string, cwd: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(describeError(error), { cause: error });
  if (!isErrno(error, 'ENOENT') && !isErrno(error, 'ENOTDIR')) return error;
  const isDirectory = statSync(cwd, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isDirectory ? errors.notFound(file, error) : errors.noDirectory(file, cwd, error);
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
