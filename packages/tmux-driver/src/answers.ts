import { errors } from './errors.ts';
import type { Reply } from './framing.ts';
import type { Command } from './quoting.ts';
import type { ExecuteOptions, ServerLink } from './server-link.ts';

/** @throws ORC_TMUX_UNKNOWN_TARGET, ORC_TMUX_COMMAND_FAILED, and what `execute` throws */
export async function ask(
  link: ServerLink,
  commands: readonly Command[],
  options: ExecuteOptions = {},
): Promise<string> {
  const reply = await link.execute(commands, options);
  if (reply.failure !== undefined) throw explainFailure(commands, reply.failure);
  return reply.text;
}

/** True for the answer of a command whose target does not exist. */
export function isMissing({ failure }: Reply): boolean {
  return failure !== undefined && /^can't find (session|window|pane)/.test(failure);
}

export function explainFailure(commands: readonly Command[], message: string): Error {
  // The first words only: arguments may hold whole environments.
  const command = commands
    .map((words) => words.slice(0, 3).join(' '))
    .join(' ; ')
    .slice(0, 200);
  const isTarget = isMissing({ text: '', failure: message });
  return isTarget ? errors.unknownTarget(command, message) : errors.commandFailed(command, message);
}
