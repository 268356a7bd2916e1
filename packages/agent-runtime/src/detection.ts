import { describeError, isOrcError } from '@orc/errors';
import { run } from '@orc/process';
import { errors } from './errors.ts';
import type { Detection } from './types.ts';

const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES_MAX = 64 * 1024;

/** Asks a program for its version, within bounds. Never throws: what is wrong comes back as an error. */
export async function detectProgram(options: {
  readonly title: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly waysOn: string;
  readonly timeoutMs?: number;
}): Promise<Detection> {
  const { title, command, env, waysOn, timeoutMs = TIMEOUT_MS } = options;
  const [program = '', ...rest] = command;
  const shown = command.join(' ');
  const broken = (problem: string, cause?: unknown): Detection => ({
    isInstalled: false,
    error: errors.broken(title, shown, problem, cause),
  });
  try {
    const limits = { timeoutMs, bytesMax: OUTPUT_BYTES_MAX };
    const { exitCode, stdout, stderr } = await run(program, [...rest, '--version'], {
      cwd: '/',
      env,
      ...limits,
    });
    if (exitCode !== 0)
      return broken(
        `it ended with ${exitCode ?? 'a signal'}: ${stderr.trim().slice(0, 500) || 'it printed no error'}`,
      );
    const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
    return version === undefined ? broken('it printed no version') : { isInstalled: true, version };
  } catch (error) {
    if (isOrcError(error, 'ORC_PROCESS_NOT_FOUND'))
      return { isInstalled: false, error: errors.notInstalled(title, program, waysOn, error) };
    return broken(describeError(error), error);
  }
}
