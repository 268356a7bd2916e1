import { errors } from './errors.ts';
import { parsePaneId, parseSessionId, viewSessionPrefix } from './names.ts';
import type { AttachTarget } from './types.ts';

/**
 * A session of its own in the group of the one looked at. Clients of one session all look at the same window,
 * so with a plain attach one person's choice would move everybody; sessions of a group share the windows and
 * each has its own choice. The driver ends the view when its person has left.
 *
 * `has-session` comes first because `new-session` would make a new group, with a shell in it, for a target
 * that does not exist; a failing command stops those behind it.
 */
export function attachCommand(
  tmuxPath: string,
  socketPath: string,
  newId: () => string,
  target: AttachTarget,
): string[] {
  const view = `${viewSessionPrefix}${newId()}`;
  const source = 'paneId' in target ? parsePaneId(target.paneId) : parseSessionId(target.sessionId);
  // Who only looks must not change the size of the windows either.
  const flags = target.readOnly === true ? ['-f', 'read-only,ignore-size'] : [];
  const commands = [
    ['has-session', '-t', source],
    ['new-session', '-t', source, '-s', view, ...flags],
    ...('paneId' in target ? [['select-window', '-t', `=${view}:.${source}`]] : []),
  ];
  if (/;$/.test(socketPath)) throw errors.badArgument('a socket path that ends in ";"');
  const words = commands.flatMap((command, index) => (index === 0 ? command : [';', ...command]));
  return [tmuxPath, '-S', socketPath, '-u', '-N', ...words];
}
