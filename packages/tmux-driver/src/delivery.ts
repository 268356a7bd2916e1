import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ask } from './answers.ts';
import { readForeground, shells } from './foreground.ts';
import { parseKey } from './keys.ts';
import { parsePaneId } from './names.ts';
import { filterPasteText } from './paste-text.ts';
import { escapeFormat, quoteCommands, type Command } from './quoting.ts';
import type { ServerLink } from './server-link.ts';
import type { Delivery, DeliveryOptions, PaneId, RefusalReason } from './types.ts';
import { isAtLeast } from './version.ts';

export interface DeliveryContext {
  readonly link: ServerLink;
  readonly newId: () => string;
  /** Large texts pass through a file beside the socket, in a directory that is its owner's alone. */
  readonly socketPath: string;
}

/** Longer texts go by a file: a tmux process takes 16 KB of arguments, and escaping makes text longer. */
const inlineBytesMax = 4_096;

const sent = 'orc:sent';
const reasons: readonly RefusalReason[] = ['gone', 'dead', 'in-mode', 'input-off', 'synchronized', 'shell'];

export async function paste(
  context: DeliveryContext,
  paneId: PaneId,
  text: string,
  options: DeliveryOptions,
): Promise<Delivery> {
  const { link, newId, socketPath } = context;
  const filtered = filterPasteText(text);
  const buffer = `orc-${newId()}`;
  const isInline = Buffer.byteLength(filtered) <= inlineBytesMax;
  const path = join(dirname(socketPath), `paste-${newId()}`);
  const load: Command = isInline
    ? ['set-buffer', '-b', buffer, '--', filtered]
    : ['load-buffer', '-b', buffer, escapeFormat(path)];
  // -r keeps LF as LF; -S keeps 3.7 from rewriting control characters, TAB among them.
  const flags = isAtLeast(link.server.version, 3, 7) ? ['-p', '-d', '-r', '-S'] : ['-p', '-d', '-r'];
  const commands: Command[] = [['paste-buffer', ...flags, '-b', buffer, '-t', paneId]];
  if (!isInline) await writeFile(path, filtered, { mode: 0o600, flag: 'wx' });
  try {
    return await deliver(context, paneId, options, {
      before: [load],
      commands,
      otherwise: [['delete-buffer', '-b', buffer]],
    });
  } finally {
    if (!isInline) await rm(path, { force: true });
  }
}

export async function pressKey(
  context: DeliveryContext,
  paneId: PaneId,
  key: string,
  options: DeliveryOptions,
): Promise<Delivery> {
  const commands: Command[] = [['send-keys', '-t', paneId, parseKey(key)]];
  return deliver(context, paneId, options, { before: [], commands, otherwise: [] });
}

interface Plan {
  readonly before: readonly Command[];
  readonly commands: readonly Command[];
  readonly otherwise: readonly Command[];
}

/**
 * Asks and acts in one pass of tmux's queue, so that nothing can change in between. Pasting into a dead pane
 * ends a 3.3 server with all its panes; into a pane in copy mode it makes each line end an Enter.
 */
async function deliver(
  { link }: DeliveryContext,
  paneId: PaneId,
  { refuseShells = true }: DeliveryOptions,
  { before, commands, otherwise }: Plan,
): Promise<Delivery> {
  const target = parsePaneId(paneId);
  const foreground = refuseShells ? await findForeground(link, target) : 'program';
  if (foreground === 'shell') return { status: 'refused', reason: 'shell' };
  // A shell that waits for a program is named by tmux all the same, so there tmux cannot judge.
  const isShell = refuseShells && foreground !== 'waiting-shell' ? shellFormat : '0';
  const answer = await ask(
    link,
    [
      ...before,
      [
        ...(['if-shell', '-F', '-t', target, refusalFormat(target, isShell)] as const),
        quoteCommands([...otherwise, ['display-message', '-p', '-t', target, reasonFormat(target)]]),
        quoteCommands([...commands, ['display-message', '-p', sent]]),
      ],
    ],
    { framing: 'blocks' },
  );
  if (answer === sent) return { status: 'sent' };
  const reason = reasons.find((word) => answer === `orc:${word}`);
  if (reason === undefined) throw new Error(`tmux answered a delivery with ${JSON.stringify(answer)}`);
  return { status: 'refused', reason };
}

async function findForeground(link: ServerLink, paneId: PaneId) {
  const command = ['display-message', '-p', '-t', paneId, '#{pane_id} #{pane_pid}'] as const;
  const [found, pid] = (await ask(link, [command], { framing: 'block', isRepeatable: true })).split(' ');
  // A missing pane is answered with another one's numbers or none; the guard refuses it.
  return found === paneId ? readForeground(Number(pid)) : 'program';
}

const shellFormat = `#{m/r:^-?(${shells.join('|')})$,#{pane_current_command}}`;

/** `||` takes two arguments before 3.6. */
function refusalFormat(paneId: PaneId, isShell: string): string {
  const conditions = [
    `#{!=:#{pane_id},${paneId}}`,
    ...['#{pane_dead}', '#{pane_in_mode}', '#{pane_input_off}', '#{pane_synchronized}', isShell],
  ];
  return conditions.reduceRight((rest, condition) => `#{||:${condition},${rest}}`);
}

function reasonFormat(paneId: PaneId): string {
  const flags = [
    ['pane_dead', 'dead'],
    ['pane_in_mode', 'in-mode'],
    ['pane_input_off', 'input-off'],
    ['pane_synchronized', 'synchronized'],
  ] as const;
  const reason = flags.reduceRight((rest, [flag, word]) => `#{?${flag},${word},${rest}}`, 'shell');
  // display-message reads the format as a date first, in which `%7` means something; `?7` matches it.
  return `orc:#{?#{m:?${paneId.slice(1)},#{pane_id}},${reason},gone}`;
}
