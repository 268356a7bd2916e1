import { plainTextOf } from './terminal-text.ts';

/*
 * The client draws, from the bottom up: a footer, the input box between two rules, and the conversation
 * above. A dialog takes the place of box and footer and begins with a rule of its own. Everything is read
 * from the bottom, because the conversation may quote anything, a whole screen of this client included.
 */
export interface Regions {
  /** The lines of the input box, as captured; `undefined` when there is none. */
  readonly input: readonly string[] | undefined;
  /** What is below the box, or from the last rule on when there is no box: a dialog, if there is one. */
  readonly below: readonly string[];
  /** What is above the box, or above that rule. */
  readonly above: readonly string[];
  /** True when a rule divides `above` from `below`. */
  readonly hasRule: boolean;
  /** In characters, as wide as the rule; 0 without one. */
  readonly width: number;
}

// The upper rule of the box may end with the session's name: `──── shop/developer ─`.
const BOX_RULE = /^─{2,}(?:.* ─+)?$/;
const ANY_RULE = /^[─▔]{2,}(?:.*[─▔])?$/;
// The first line of the box: `❯` for a prompt, `!` for a shell command.
const INPUT = /^[❯!](?:[\s\u00a0]|$)/;
const INPUT_LINES_MAX = 200;

export function divide(screen: string): Regions {
  const captured = screen.split('\n').map((line) => line.trimEnd());
  const lines = captured.map((line) => plainTextOf(line).trimEnd());
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  const bottom = lines.findLastIndex((line) => BOX_RULE.test(line));
  const top = lines.findLastIndex((line, index) => index < bottom && BOX_RULE.test(line));
  const isBox =
    top >= 0 && bottom - top <= INPUT_LINES_MAX && bottom - top > 1 && INPUT.test(lines[top + 1] ?? '');
  if (isBox)
    return {
      input: captured.slice(top + 1, bottom),
      below: lines.slice(bottom + 1),
      above: lines.slice(0, top),
      hasRule: true,
      width: (lines[top] ?? '').length,
    };
  const rule = lines.findLastIndex((line) => ANY_RULE.test(line));
  return {
    input: undefined,
    below: lines.slice(rule + 1),
    above: lines.slice(0, Math.max(rule, 0)),
    hasRule: rule >= 0,
    width: rule < 0 ? 0 : (lines[rule] ?? '').length,
  };
}

/** One line of text: wrapped lines joined, runs of blanks made one. */
export function joined(lines: readonly string[]): string {
  return lines.join(' ').replaceAll(/\s+/g, ' ').trim();
}
