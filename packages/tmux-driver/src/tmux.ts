import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { isOrcError } from '@orc/errors';
import { attachCommand } from './attach.ts';
import { capture } from './capture.ts';
import { parseOptions, type TmuxOptions, type TmuxOptionsInput } from './config.ts';
import { paste, pressKey, type DeliveryContext } from './delivery.ts';
import { createOutput, type Output } from './output.ts';
import { listPanes } from './panes.ts';
import { openServerLink, type ServerLink } from './server-link.ts';
import { endLeftViews, ensureSession, killSession, listSessions } from './sessions.ts';
import { stopServer } from './stop.ts';
import { createTurns, type Turns } from './turns.ts';
import type { PaneId, PaneInfo, Tmux } from './types.ts';
import { typeLine } from './typing.ts';
import { readVersion } from './version.ts';
import { createWatch, type Watch } from './watch.ts';
import { killPane, killWindow, openWindow, renameWindow, respawnPane } from './windows.ts';

export interface TmuxDependencies {
  /** Unguessable and of `a-z0-9` only; what separates our words from a screen's. Default 96 random bits. */
  readonly newId?: () => string;
}

interface Parts {
  readonly options: TmuxOptions;
  readonly newId: () => string;
  readonly link: ServerLink;
  readonly watch: Watch;
  readonly output: Output;
  /** Text and the Enter after it belong together: one delivery at a time for each pane. */
  readonly turns: Turns<PaneId>;
}

/**
 * Attaches to the server behind the socket, which is started if there is none. The server outlives this
 * process, and so does everything in it.
 *
 * @throws ORC_TMUX_BAD_OPTIONS, ORC_TMUX_SOCKET_PATH_TOO_LONG, ORC_TMUX_NOT_FOUND, ORC_TMUX_TOO_OLD,
 * ORC_TMUX_CANNOT_START
 */
export async function openTmux(
  input: TmuxOptionsInput,
  { newId = () => randomBytes(12).toString('hex') }: TmuxDependencies = {},
): Promise<Tmux> {
  const parsed = parseOptions(input);
  const options = { ...parsed, env: serverEnvironment(parsed.env) };
  await readVersion(options.tmuxPath, options.env);
  let watch: Watch | undefined = undefined;
  const endViews = () => void (watch && ignoreFailure(endLeftViews(link, newId)));
  const link: ServerLink = await openServerLink(options, newId, {
    onLost: (reason) => watch?.emit({ type: 'connection.lost', reason }),
    onRestored() {
      watch?.emit({ type: 'connection.restored' });
      watch?.lookSoon();
      endViews();
    },
    onServerExited(serverPid) {
      watch?.emit({ type: 'server.exited', serverPid, paneIds: watch.forget() });
    },
    onNotification(line) {
      watch?.onNotification(line);
      if (line.startsWith('%client-detached')) endViews();
    },
  });
  watch = createWatch(link, options.pollMs);
  endViews();
  const findPane = async (paneId: PaneId) => findListed(await listPanes(link, newId), paneId);
  const output = createOutput(options, findPane);
  return createTmux({ options, newId, link, watch, output, turns: createTurns() });
}

function findListed(panes: readonly PaneInfo[], paneId: PaneId): PaneInfo | undefined {
  return panes.find((pane) => pane.paneId === paneId);
}

/** For what is tried again anyhow, at the next occasion. */
async function ignoreFailure(attempt: Promise<void>): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if (!isOrcError(error)) throw error;
  }
}

function createTmux(parts: Parts): Tmux {
  const { options, newId, link, watch, output } = parts;
  return {
    socketPath: options.socketPath,
    get version() {
      return link.server.version.text;
    },
    get serverPid() {
      return link.server.pid;
    },
    get isConnected() {
      return link.status === 'connected';
    },
    ensureSession: (session) => ensureSession(link, newId, session, options.historyLines),
    listSessions: () => listSessions(link, newId),
    killSession: (sessionId) => killSession(link, newId, sessionId),
    async openWindow(window) {
      const opened = await openWindow(link, newId, window);
      watch.add(opened);
      return opened;
    },
    async respawnPane(paneId, launch) {
      const started = await respawnPane(link, paneId, launch);
      watch.add(started);
      return { pid: started.pid };
    },
    killWindow: (windowId) => killWindow(link, windowId),
    killPane: (paneId) => killPane(link, paneId),
    renameWindow: (windowId, name) => renameWindow(link, windowId, name),
    listPanes: () => listPanes(link, newId),
    findPane: async (paneId) => findListed(await listPanes(link, newId), paneId),
    capture: (paneIds, captureOptions = {}) => capture(link, paneIds, captureOptions),
    ...createTyping(parts),
    onEvent: (listener) => watch.onEvent(listener),
    followOutput: (paneId, listener) => output.follow(paneId, listener),
    attachCommand: (target) => attachCommand(options.tmuxPath, options.socketPath, newId, target),
    async stopServer() {
      await stopServer(link, () => listPanes(link, newId));
      watch.forget();
    },
    async [Symbol.asyncDispose]() {
      watch.close();
      await output.close();
      await link.close();
    },
  };
}

function createTyping({ options, newId, link, turns }: Parts): Pick<Tmux, 'paste' | 'pressKey' | 'typeLine'> {
  const context: DeliveryContext = { link, newId, socketPath: options.socketPath };
  return {
    paste: (paneId, text, guard = {}) => turns.take(paneId, () => paste(context, paneId, text, guard)),
    pressKey: (paneId, key, guard = {}) => turns.take(paneId, () => pressKey(context, paneId, key, guard)),
    typeLine(paneId, text, typing) {
      const steps = {
        paste: () => paste(context, paneId, text, typing),
        pressEnter: () => pressKey(context, paneId, 'Enter', typing),
        look: async () => (await capture(link, [paneId], {})).get(paneId),
      };
      return turns.take(paneId, () => typeLine(steps, typing));
    },
  };
}

/**
 * What a new server starts with, and so what every pane inherits: nothing of the caller's environment but what
 * is passed in. The variables by which tmux finds "its" server would lead to another one.
 */
function serverEnvironment(additions: Readonly<Record<string, string>>): Record<string, string> {
  const { homedir, username } = userInfo();
  const environment: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: homedir,
    USER: username,
    LOGNAME: username,
    LANG: 'C.UTF-8',
    ...additions,
  };
  for (const name of ['TMUX', 'TMUX_PANE', 'TMUX_TMPDIR']) delete environment[name];
  return environment;
}
