import { errors } from './errors.ts';

/**
 * The prompt of `-p`: the word of the command line, else what was piped in.
 *
 * @throws ORC_SIM_AGENT_NO_PROMPT
 */
export function findPrompt(
  word: string | undefined,
  input: { readonly isTTY: boolean | undefined; readonly read: () => string },
): string {
  const prompt = word ?? (input.isTTY ? '' : input.read().trim());
  if (prompt === '') throw errors.noPrompt();
  return prompt;
}

/** @throws ORC_SIM_AGENT_NO_TERMINAL unless one can be typed into and drawn on */
export function requireTerminal(streams: {
  readonly stdin: { readonly isTTY: boolean | undefined };
  readonly stdout: { readonly isTTY: boolean | undefined };
}): void {
  if (!streams.stdin.isTTY || !streams.stdout.isTTY) throw errors.noTerminal();
}
