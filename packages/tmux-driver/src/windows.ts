import { ask, explainFailure, isMissing } from './answers.ts';
import { findOtherDirectory, resolveDirectory } from './directories.ts';
import { errors } from './errors.ts';
import {
  checkWindowName,
  newWindowPrefix,
  parsePaneId,
  parseSessionId,
  parseWindowId,
  placeholderWindow,
} from './names.ts';
import { checkArgument, escapeFormat, type Command } from './quoting.ts';
import type { ServerLink } from './server-link.ts';
import type { LaunchOptions, OpenedWindow, PaneId, WindowId, WindowOptions } from './types.ts';

/** Opens a window behind the others and leaves everybody where they look. */
export async function openWindow(
  link: ServerLink,
  newId: () => string,
  options: WindowOptions,
): Promise<OpenedWindow> {
  const session = parseSessionId(options.session);
  const name = checkWindowName(options.name);
  const directory = await resolveDirectory(options.directory);
  const launch = launchArguments(directory, options);
  // Its id is not known within the line that makes it, and a later line would be too late: a program that
  // ends at once would take its window along. So it is set up under a name that nothing else has.
  const temporary = `${newWindowPrefix}${newId()}`;
  const target = `${session}:=${temporary}`;
  const printed = '#{window_id} #{pane_id} #{pane_pid}';
  const commands: Command[] = [
    ['new-window', '-d', '-P', '-F', printed, '-n', temporary, '-t', `${session}:`, ...launch],
    ['set-option', '-w', '-q', '-t', target, 'remain-on-exit', 'on'],
    ['set-option', '-w', '-q', '-t', target, 'remain-on-exit-format', ''],
    ['rename-window', '-t', target, name],
  ];
  const text = await ask(link, commands, { framing: 'blocks' });
  const [window = '', pane = '', pid = ''] = text.split(' ');
  const opened = { windowId: parseWindowId(window), paneId: parsePaneId(pane), pid: Number(pid) };
  // The last window of a session takes the session along, so its placeholder goes only now.
  await killIfThere(link, ['kill-window', '-t', `${session}:=${placeholderWindow}`]);
  const other = await findOtherDirectory(opened.pid, directory, link.server.pid);
  if (other === undefined) return opened;
  await killWindow(link, opened.windowId);
  throw errors.wrongDirectory(directory, other);
}

export async function respawnPane(
  link: ServerLink,
  paneId: PaneId,
  options: LaunchOptions,
): Promise<OpenedWindow> {
  const target = parsePaneId(paneId);
  const directory = await resolveDirectory(options.directory);
  const commands: Command[] = [
    ['respawn-pane', '-t', target, ...launchArguments(directory, options)],
    [
      'list-panes',
      '-t',
      target,
      '-f',
      `#{==:#{pane_id},${target}}`,
      '-F',
      '#{window_id} #{pane_id} #{pane_pid}',
    ],
  ];
  const reply = await link.execute(commands, { framing: 'blocks' });
  if (reply.failure?.includes('still active')) throw errors.paneAlive(paneId);
  if (reply.failure !== undefined) throw explainFailure(commands, reply.failure);
  const [window = '', pane = '', pid = ''] = reply.text.split(' ');
  const started = { windowId: parseWindowId(window), paneId: parsePaneId(pane), pid: Number(pid) };
  const other = await findOtherDirectory(started.pid, directory, link.server.pid);
  if (other === undefined) return started;
  await killPane(link, started.paneId);
  throw errors.wrongDirectory(directory, other);
}

export function killWindow(link: ServerLink, windowId: WindowId): Promise<void> {
  return killIfThere(link, ['kill-window', '-t', parseWindowId(windowId)]);
}

export function killPane(link: ServerLink, paneId: PaneId): Promise<void> {
  return killIfThere(link, ['kill-pane', '-t', parsePaneId(paneId)]);
}

export async function renameWindow(link: ServerLink, windowId: WindowId, name: string): Promise<void> {
  await ask(link, [['rename-window', '-t', parseWindowId(windowId), checkWindowName(name)]]);
}

export async function killIfThere(link: ServerLink, command: Command): Promise<void> {
  const reply = await link.execute([command], { isRepeatable: true });
  if (reply.failure !== undefined && !isMissing(reply)) throw explainFailure([command], reply.failure);
}

function launchArguments(directory: string, { argv, env }: LaunchOptions): string[] {
  const [program, ...args] = argv;
  if (program === undefined || program === '') throw errors.badArgument('an empty argv');
  for (const argument of argv) checkArgument(argument);
  const variables = Object.entries(env).map(([name, value]) => {
    // tmux ignores what it cannot read here, and a program would start without its variable.
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw errors.badArgument(`the variable name ${JSON.stringify(name)}`);
    if (/^TMUX(_PANE)?$/.test(name)) throw errors.badArgument(`the variable ${name}, which tmux sets`);
    checkArgument(value);
    return `${name}=${value}`;
  });
  return [
    '-c',
    escapeFormat(directory),
    ...variables.flatMap((variable) => ['-e', variable]),
    '--',
    ...exact(program, args),
  ];
}

/** tmux gives a single word to a shell, and executes several as they are. */
function exact(program: string, args: readonly string[]): string[] {
  if (args.length > 0) return [program, ...args];
  if (program.includes('='))
    throw errors.badArgument(`the program ${JSON.stringify(program)} without arguments, because of its "="`);
  return ['/usr/bin/env', program];
}
