import { isOrcError } from '@orc/errors';
import { run } from '@orc/process';
import { serverArguments } from './control-connection.ts';
import { errors } from './errors.ts';
import type { Reply } from './framing.ts';
import { commandArguments, type Command } from './quoting.ts';

export interface SingleCommandOptions {
  readonly tmuxPath: string;
  readonly socketPath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly requestTimeoutMs: number;
}

/**
 * Runs the commands in a tmux process of their own: 35 times slower than the connection and limited to 16 KB
 * of arguments, but it needs nothing to be open.
 *
 * @throws ORC_TMUX_TIMED_OUT
 */
export async function runSingle(
  options: SingleCommandOptions,
  commands: readonly Command[],
  mayStart = false,
): Promise<Reply> {
  const { tmuxPath, socketPath, env, requestTimeoutMs } = options;
  const args = [...serverArguments(socketPath, mayStart), ...commandArguments(commands)];
  try {
    const result = await run(tmuxPath, args, { cwd: '/', env, timeoutMs: requestTimeoutMs });
    const text = result.stdout.replace(/\n$/, '');
    return { text, failure: result.exitCode === 0 ? undefined : result.stderr.trim() };
  } catch (error) {
    if (isOrcError(error, 'ORC_PROCESS_TIMED_OUT'))
      throw errors.timedOut(requestTimeoutMs, commands.map(([name]) => name).join(' ; '));
    throw error;
  }
}
