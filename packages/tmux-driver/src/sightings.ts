import { ask } from './answers.ts';
import { readSignal, readStatus } from './exit-signal.ts';
import { parsePaneId, parseSessionId, parseWindowId, placeholderWindow } from './names.ts';
import type { Command } from './quoting.ts';
import { reap } from './reaping.ts';
import type { ServerLink } from './server-link.ts';
import type { PaneId, SessionId, WindowId } from './types.ts';

/** As much of a pane as the watch needs; asked for many times a second. */
export interface Sighting {
  readonly paneId: PaneId;
  readonly windowId: WindowId;
  readonly sessionId: SessionId;
  readonly sessionName: string;
  readonly windowName: string;
  readonly pid: number;
  readonly isDead: boolean;
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
}

// The session's name is the last field. tmux keeps control characters out of it, so a row is a line.
const format = [
  ...['#{pane_id}', '#{window_id}', '#{session_id}', '#{pane_pid}', '#{pane_dead}', '#{pane_dead_status}'],
  ...['#{pane_dead_signal}', `#{==:#{window_name},${placeholderWindow}}`, '#{session_name}'],
].join(',');
const listAll: Command = ['list-panes', '-a', '-F', format];
const listDead: Command = ['list-panes', '-a', '-f', '#{pane_dead}', '-F', format];

/**
 * The dead panes as text, to be compared with the text before. The cheapest question there is: each row
 * starts with the id of a pane, so none can look like the end of the reply, and no nonce is needed.
 */
export function askDead(link: ServerLink): Promise<string> {
  return ask(link, [listDead], { framing: 'block', isRepeatable: true });
}

/**
 * All panes of all sessions as text, the driver's own included. Equal texts mean that nothing happened, and
 * are not worth reading.
 */
export function askAll(link: ServerLink): Promise<string> {
  return ask(link, [listAll], { isRepeatable: true });
}

/** The same as rows, with the cause of each death if tmux can learn it. */
export function readSightings(link: ServerLink, text: string): Promise<Sighting[]> {
  return reap(link, parseSightings(text), async () => parseSightings(await askAll(link)));
}

export function parseSightings(text: string): Sighting[] {
  // Should a name hold a line break after all, it stays with its row.
  return text === '' ? [] : text.split(/\n(?=%\d+,@\d+,\$\d+,)/).map(parseSighting);
}

function parseSighting(row: string): Sighting {
  const [pane = '', window = '', session = '', pid = '', dead, status = '', signal = '', held, ...name] =
    row.split(',');
  return {
    paneId: parsePaneId(pane),
    windowId: parseWindowId(window),
    sessionId: parseSessionId(session),
    sessionName: name.join(','),
    windowName: held === '1' ? placeholderWindow : '',
    pid: Number(pid),
    isDead: dead === '1',
    exitStatus: readStatus(status),
    exitSignal: readSignal(signal),
  };
}
