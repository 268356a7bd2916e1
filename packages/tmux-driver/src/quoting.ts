import { errors } from './errors.ts';

/**
 * The only commands the driver ever sends. Others can wedge a control connection for ever (prompts, menus),
 * put panes into a mode (run-shell) or execute a shell.
 */
const allowedCommands = [
  'capture-pane',
  'delete-buffer',
  'display-message',
  'has-session',
  'if-shell',
  'kill-pane',
  'kill-server',
  'kill-session',
  'kill-window',
  'list-panes',
  'list-clients',
  'list-sessions',
  'load-buffer',
  'move-window',
  'new-session',
  'new-window',
  'paste-buffer',
  'rename-window',
  'respawn-pane',
  'send-keys',
  'set-buffer',
  'set-option',
] as const;
export type CommandName = (typeof allowedCommands)[number];

/** One tmux command with its arguments, unquoted. `if-shell` takes only `-F`: without it, it runs a shell. */
export type Command = readonly [CommandName, ...string[]];

const allowed: ReadonlySet<string> = new Set(allowedCommands);

/**
 * One argument for a line of the control connection. Double quotes and octal escapes for all of ASCII that is
 * not plainly harmless: inside them tmux would read `$NAME`, `~` and backslashes, and an unclosed quote is no
 * error for it.
 *
 * @throws ORC_TMUX_BAD_ARGUMENT for NUL, which ends tmux's line silently, and for text that is not Unicode
 */
export function quoteArgument(argument: string): string {
  checkArgument(argument);
  const escaped = argument.replace(/[^A-Za-z0-9 ./_:=,\u0080-\u{10ffff}-]/gu, escapeCharacter);
  return `"${escaped}"`;
}

function escapeCharacter(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

/** @throws ORC_TMUX_BAD_ARGUMENT */
export function checkArgument(argument: string): void {
  if (argument.includes('\0')) throw errors.badArgument('an argument with a NUL character');
  if (hasLoneSurrogate(argument))
    throw errors.badArgument('an argument with half a character (a lone surrogate)');
}

export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** One line that runs the commands in order and stops at the first that fails. Never empty: that detaches. */
export function quoteCommands(commands: readonly Command[]): string {
  return checkCommands(commands)
    .map(([name, ...args]) => [name, ...args.map(quoteArgument)].join(' '))
    .join(' ; ');
}

/** The same for a process of its own, where tmux cuts an unescaped `;` from the end of any argument. */
export function commandArguments(commands: readonly Command[]): string[] {
  return checkCommands(commands).flatMap((command, index) => {
    for (const argument of command) checkArgument(argument);
    const words = command.map((argument) => argument.replace(/;$/, '\\;'));
    return index === 0 ? words : [';', ...words];
  });
}

function checkCommands(commands: readonly Command[]): readonly Command[] {
  if (commands.length === 0) throw errors.badArgument('no command at all');
  for (const [name, ...args] of commands) {
    if (!allowed.has(name))
      throw errors.badArgument(`the command ${JSON.stringify(name)}, which is not an allowed one`);
    if (name === 'if-shell' && args[0] !== '-F') throw errors.badArgument('if-shell without -F');
  }
  return commands;
}

/** Text for an argument that tmux expands as a format: names, directories, file paths. */
export function escapeFormat(text: string): string {
  return text.replaceAll('#', '##');
}
