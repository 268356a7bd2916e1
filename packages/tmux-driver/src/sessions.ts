import { ask, explainFailure } from './answers.ts';
import { controlSessionProgram } from './control-connection.ts';
import { resolveDirectory } from './directories.ts';
import {
  checkSessionName,
  controlSession,
  parseSessionId,
  placeholderWindow,
  viewSessionPrefix,
} from './names.ts';
import { escapeFormat, type Command } from './quoting.ts';
import type { ServerLink } from './server-link.ts';
import type { SessionId, SessionInfo, SessionOptions } from './types.ts';
import { killIfThere } from './windows.ts';

interface ListedSession extends SessionInfo {
  /** Sessions of one group show the same windows: a session and the views of it. */
  readonly group: string;
  /** Of exactly this session, without the others of its group. */
  readonly ownClientCount: number;
}

/** Where the placeholder stands, far behind all windows, so that the first real one gets the first index. */
const placeholderIndex = 9_999;

export async function ensureSession(
  link: ServerLink,
  newId: () => string,
  options: SessionOptions,
  historyLines: number,
): Promise<SessionId> {
  const name = checkSessionName(options.name);
  const directory = await resolveDirectory(options.directory);
  await link.start();
  const existing = await findSession(link, newId, name);
  if (existing) return existing;
  const { width = 200, height = 50 } = options;
  const size = ['-x', String(width), '-y', String(height)];
  const place = ['-c', escapeFormat(directory), '-n', placeholderWindow];
  const commands: Command[] = [
    ['new-session', '-d', '-s', name, ...size, ...place, ...controlSessionProgram],
    ['move-window', '-s', `=${name}:=${placeholderWindow}`, '-t', `=${name}:${placeholderIndex}`],
    ['set-option', '-t', `=${name}:`, 'history-limit', String(historyLines)],
  ];
  const reply = await link.execute(commands, { framing: 'blocks' });
  // Another process may have been quicker with the same name; then that is the session.
  const made = await findSession(link, newId, name);
  if (made) return made;
  throw explainFailure(commands, reply.failure ?? 'the session got another name');
}

/** By comparing whole names: as a target, tmux would take `pro` for `proj`. */
async function findSession(
  link: ServerLink,
  newId: () => string,
  name: string,
): Promise<SessionId | undefined> {
  return (await listAll(link, newId)).find((session) => session.name === name)?.sessionId;
}

export async function listSessions(link: ServerLink, newId: () => string): Promise<SessionInfo[]> {
  const sessions = await listAll(link, newId);
  return sessions
    .filter(({ name }) => name !== controlSession && !name.startsWith(viewSessionPrefix))
    .map(({ group: _group, ownClientCount: _count, ...session }) => session);
}

async function listAll(link: ServerLink, newId: () => string): Promise<ListedSession[]> {
  const nonce = newId();
  // As with panes: the nonce before each row and each free field, because names are other people's words.
  const plain = '#{session_id} #{session_windows} #{session_created}';
  const sessions = `${nonce}:${plain}${nonce},#{session_group}${nonce},#{session_name}`;
  const clients = `${nonce};#{client_control_mode} #{session_id}`;
  const [rows, clientRows] = await Promise.all([
    ask(link, [['list-sessions', '-F', sessions]], { isRepeatable: true }),
    ask(link, [['list-clients', '-F', clients]], { isRepeatable: true }),
  ]);
  const attached = clientRows
    .split(`${nonce};`)
    .slice(1)
    .map((row) => row.trim().split(' '));
  const listed = parseSessions(rows, nonce);
  return listed.map((session) => {
    const isSame = ({ sessionId, group }: (typeof listed)[number]) =>
      sessionId === session.sessionId || (group !== '' && group === session.group);
    const shown = new Set<string>(listed.filter(isSame).map(({ sessionId }) => sessionId));
    return {
      ...session,
      // A program that follows the output is no person.
      clientCount: attached.filter(([isControl, id = '']) => isControl === '0' && shown.has(id)).length,
      ownClientCount: attached.filter(([, id]) => id === session.sessionId).length,
    };
  });
}

function parseSessions(text: string, nonce: string) {
  const rows = text.split(`${nonce}:`).slice(1);
  return rows.map((row, index) => {
    const [fields = '', group = '', name = ''] = row.split(`${nonce},`);
    const [id = '', windowCount, created] = fields.split(' ');
    return {
      sessionId: parseSessionId(id),
      name: index === rows.length - 1 ? name : name.replace(/\n$/, ''),
      windowCount: Number(windowCount),
      createdAt: Number(created) * 1_000,
      group,
    };
  });
}

/** A view holds the windows, too; they end with the last session that has them. */
export async function killSession(
  link: ServerLink,
  newId: () => string,
  sessionId: SessionId,
): Promise<void> {
  const id = parseSessionId(sessionId);
  const sessions = await listAll(link, newId);
  const group = sessions.find((session) => session.sessionId === id)?.group;
  await killIfThere(link, ['kill-session', '-t', id]);
  for (const session of sessions) {
    const isView = session.name.startsWith(viewSessionPrefix) && session.group === group && group !== '';
    if (isView) await killIfThere(link, ['kill-session', '-t', session.sessionId]);
  }
}

/**
 * Ends the views whose person has left. tmux could do it by itself (`destroy-unattached`), but 3.3 then
 * crashes, with everything in it, when somebody leaves soon after coming.
 */
export async function endLeftViews(link: ServerLink, newId: () => string): Promise<void> {
  for (const { name, sessionId, ownClientCount } of await listAll(link, newId))
    if (name.startsWith(viewSessionPrefix) && ownClientCount === 0)
      await killIfThere(link, ['kill-session', '-t', sessionId]);
}
