import { ask } from './answers.ts';
import { readSignal, readStatus } from './exit-signal.ts';
import {
  controlSession,
  parsePaneId,
  parseSessionId,
  parseWindowId,
  placeholderWindow,
  viewSessionPrefix,
} from './names.ts';
import { reap } from './reaping.ts';
import type { ServerLink } from './server-link.ts';
import type { PaneId, PaneInfo } from './types.ts';

/** No free text among them: they are separated by blanks, and an empty one is an empty field. */
const plainFields = [
  ...[
    'session_id',
    'window_id',
    'window_index',
    'pane_id',
    'pane_index',
    'pane_pid',
    'pane_width',
    'pane_height',
  ],
  ...['pane_dead', 'pane_dead_status', 'pane_dead_signal', 'pane_in_mode', 'pane_input_off'],
  ...['pane_synchronized', 'alternate_on'],
] as const;

/** Other people's words: they may hold anything, line breaks and blanks included. */
const freeFields = [
  ...['session_name', 'window_name', 'pane_title', 'pane_current_command', 'pane_current_path'],
  ...['pane_start_command', 'pane_start_path'],
] as const;

/** A row begins with the nonce and `:`, a free field with the nonce and `,`. Nobody can know the nonce before. */
export function rowFormat(nonce: string): string {
  const plain = plainFields.map((name) => `#{${name}}`).join(' ');
  return `${nonce}:${plain}${freeFields.map((name) => `${nonce},#{${name}}`).join('')}`;
}

/** Reads what `list-panes -F rowFormat(nonce)` printed. */
export function parseRows(text: string, nonce: string): PaneInfo[] {
  return text
    .split(`${nonce}:`)
    .slice(1)
    .map((row, index, rows) => parseRow(index === rows.length - 1 ? row : row.replace(/\n$/, ''), nonce));
}

function parseRow(row: string, nonce: string): PaneInfo {
  const [plain = '', ...free] = row.split(`${nonce},`);
  const values = plain.split(' ');
  const value = (name: (typeof plainFields)[number]) => values[plainFields.indexOf(name)] ?? '';
  const number = (name: (typeof plainFields)[number]) => Number(value(name));
  // A flag may be a count: a pane can be in several modes at once.
  const is = (name: (typeof plainFields)[number]) => value(name) !== '' && value(name) !== '0';
  const words = (name: (typeof freeFields)[number]) => free[freeFields.indexOf(name)] ?? '';
  return {
    sessionId: parseSessionId(value('session_id')),
    sessionName: words('session_name'),
    windowId: parseWindowId(value('window_id')),
    windowIndex: number('window_index'),
    windowName: words('window_name'),
    paneId: parsePaneId(value('pane_id')),
    paneIndex: number('pane_index'),
    pid: number('pane_pid'),
    width: number('pane_width'),
    height: number('pane_height'),
    isDead: is('pane_dead'),
    exitStatus: readStatus(value('pane_dead_status')),
    exitSignal: readSignal(value('pane_dead_signal')),
    isInMode: is('pane_in_mode'),
    isInputOff: is('pane_input_off'),
    isSynchronized: is('pane_synchronized'),
    isAlternateScreen: is('alternate_on'),
    title: words('pane_title'),
    currentCommand: words('pane_current_command'),
    currentPath: words('pane_current_path'),
    startedCommand: words('pane_start_command'),
    startedPath: words('pane_start_path'),
  };
}

/**
 * One row for each pane. A window that people look at belongs to several sessions, and a view is named only
 * if no other session has the pane.
 */
export function keepListed<Row extends { paneId: PaneId; sessionName: string; windowName: string }>(
  rows: readonly Row[],
): Row[] {
  const kept = new Map<PaneId, Row>();
  for (const row of rows) {
    if (row.sessionName === controlSession || row.windowName === placeholderWindow) continue;
    const before = kept.get(row.paneId);
    if (!before || before.sessionName.startsWith(viewSessionPrefix)) kept.set(row.paneId, row);
  }
  return [...kept.values()];
}

export async function listPanes(link: ServerLink, newId: () => string): Promise<PaneInfo[]> {
  const nonce = newId();
  const list = async () => {
    const text = await ask(link, [['list-panes', '-a', '-F', rowFormat(nonce)]], { isRepeatable: true });
    return keepListed(parseRows(text, nonce));
  };
  return reap(link, await list(), list);
}
