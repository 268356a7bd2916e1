import { OrcError } from '@orc/errors';

export const errors = {
  notFound: (tmuxPath: string, cause: unknown) =>
    new OrcError(
      'ORC_TMUX_NOT_FOUND',
      `tmux was not found as "${tmuxPath}". Install tmux 3.2 or newer, or configure its path.`,
      { tmuxPath },
      { cause },
    ),
  tooOld: (found: string) =>
    new OrcError('ORC_TMUX_TOO_OLD', `This is ${found}; 3.2 or newer is needed. Update tmux.`, { found }),
  socketPathTooLong: (socketPath: string, bytesMax: number) =>
    new OrcError(
      'ORC_TMUX_SOCKET_PATH_TOO_LONG',
      `The socket path ${socketPath} is longer than ${bytesMax} bytes, which the system does not allow. Choose a shorter one.`,
      { socketPath, bytesMax },
    ),
  badOptions: (issues: string) =>
    new OrcError('ORC_TMUX_BAD_OPTIONS', `The options for tmux are wrong: ${issues}`, { issues }),
  cannotStart: (socketPath: string, message: string, cause?: unknown) =>
    new OrcError(
      'ORC_TMUX_CANNOT_START',
      `The tmux server at ${socketPath} could not be reached or started: ${message}. Check that the directory exists and is yours alone.`,
      { socketPath, message },
      { cause },
    ),
  connectionLost: (reason: string) =>
    new OrcError(
      'ORC_TMUX_CONNECTION_LOST',
      `The connection to tmux ended (${reason}) before the answer came. The command may have been carried out: look before repeating it.`,
      { reason },
    ),
  timedOut: (timeoutMs: number, command: string) =>
    new OrcError(
      'ORC_TMUX_TIMED_OUT',
      `tmux did not answer "${command}" within ${timeoutMs} ms. The command may still be carried out: look before repeating it.`,
      { timeoutMs, command },
    ),
  serverGone: (socketPath: string) =>
    new OrcError(
      'ORC_TMUX_SERVER_GONE',
      `The tmux server at ${socketPath} has ended, and every pane with it. Ensuring a session starts a new one.`,
      { socketPath },
    ),
  closed: () => new OrcError('ORC_TMUX_CLOSED', 'This connection to tmux was closed. Open another one.', {}),
  commandFailed: (command: string, message: string) =>
    new OrcError('ORC_TMUX_COMMAND_FAILED', `tmux refused "${command}": ${message}`, { command, message }),
  unknownTarget: (command: string, message: string) =>
    new OrcError(
      'ORC_TMUX_UNKNOWN_TARGET',
      `tmux has no such session, window or pane for "${command}": ${message}. List what there is.`,
      { command, message },
    ),
  badName: (kind: 'session' | 'window', name: string) =>
    new OrcError(
      'ORC_TMUX_BAD_NAME',
      `${JSON.stringify(name)} cannot name a ${kind}. Use 1 to 64 letters, digits, "_" and "-"; a window's name needs one that is no digit, and names that start with "orc-ctl", "orc-view-" or "orc-new-" are the driver's own.`,
      { kind, name },
    ),
  badId: (kind: 'session' | 'window' | 'pane', id: string) =>
    new OrcError(
      'ORC_TMUX_BAD_ID',
      `${JSON.stringify(id)} is not the id of a ${kind}. Ids read ${{ session: '$3', window: '@5', pane: '%7' }[kind]}; list what there is.`,
      { kind, id },
    ),
  badArgument: (what: string) =>
    new OrcError('ORC_TMUX_BAD_ARGUMENT', `tmux cannot be given this: ${what}.`, { what }),
  badText: (what: string) =>
    new OrcError('ORC_TMUX_BAD_TEXT', `The text cannot be pasted: ${what}. Nothing was sent.`, { what }),
  badKey: (key: string) =>
    new OrcError(
      'ORC_TMUX_BAD_KEY',
      `${JSON.stringify(key)} is not a key that may be pressed; tmux would type an unknown name as text. Use one of Enter, Escape, Tab, BSpace, Space, Up, Down, Left, Right, M-Enter, C-a to C-z.`,
      { key },
    ),
  noDirectory: (directory: string) =>
    new OrcError(
      'ORC_TMUX_NO_DIRECTORY',
      `${JSON.stringify(directory)} is not the absolute path of a directory. Create it first; tmux would silently start elsewhere.`,
      { directory },
    ),
  wrongDirectory: (directory: string, found: string) =>
    new OrcError(
      'ORC_TMUX_WRONG_DIRECTORY',
      `The program was to run in ${directory} and was found in ${found}. It was ended again; check the permissions of the directory.`,
      { directory, found },
    ),
  paneAlive: (paneId: string) =>
    new OrcError(
      'ORC_TMUX_PANE_ALIVE',
      `A program still runs in pane ${paneId}. Wait for its end, or kill the pane.`,
      { paneId },
    ),
} as const;
