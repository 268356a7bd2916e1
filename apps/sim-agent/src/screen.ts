import type { Dialog } from './dialogs.ts';
import type { PermissionMode } from './options.ts';
import { cut, makeVisible, widthOf, wrap } from './text-width.ts';
import { formatClock } from './times.ts';
import { clientVersion, simulationLabel } from './version.ts';

/** One thing of the conversation as it stands on the screen. */
export type Item =
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'result'; readonly text: string }
  | {
      readonly kind: 'tool';
      readonly id: string;
      readonly isCommand: boolean;
      readonly title: string;
      readonly detail: string;
      readonly startedAt: number;
      readonly state: 'running' | 'done' | 'failed' | 'hidden';
    }
  | { readonly kind: 'turnEnd'; readonly word: string; readonly durationMs: number; readonly at: number };

export interface Spinner {
  readonly glyph: string;
  readonly word: string;
  readonly startedAt: number;
  readonly tokens: number;
  /** Replaces the word, such as "Compacting conversation…". */
  readonly activity: string | undefined;
}

/** All that a screen shows; drawing it is pure. */
export interface View {
  readonly cwd: string;
  readonly name: string | undefined;
  readonly items: readonly Item[];
  readonly queued: readonly string[];
  readonly spinner: Spinner | undefined;
  /** Stands right-aligned over the input. */
  readonly hint: string | undefined;
  readonly inputRows: (columns: number) => string[];
  readonly isInputEmpty: boolean;
  readonly placeholder: string | undefined;
  readonly warning: readonly string[];
  readonly statusLine: readonly string[];
  readonly permissionMode: PermissionMode;
  /** Replaces the footer for a moment. */
  readonly footerNote: string | undefined;
  readonly dialog: Dialog | undefined;
}

export interface Frame {
  readonly rows: readonly string[];
  /** Zero-based place of the cursor. */
  readonly cursor: { readonly column: number; readonly row: number };
}

const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const modeFooters: Record<PermissionMode, string> = {
  auto: '⏵⏵ auto mode on (shift+tab to cycle)',
  acceptEdits: '⏵⏵ accept edits on (shift+tab to cycle)',
  bypassPermissions: '⏵⏵ bypass permissions on (shift+tab to cycle)',
  dontAsk: "⏵⏵ don't ask on (shift+tab to cycle)",
  plan: '⏸ plan mode on (shift+tab to cycle)',
  manual: '⏸ manual mode on',
};

/** Draws exactly `rows` rows. The first one always says that this is a simulation. */
export function drawScreen(view: View, size: { columns: number; rows: number }, now: number): Frame {
  const { columns } = size;
  const rows = Math.max(size.rows, 8);
  const label = cut(` ${simulationLabel}`, columns);
  if (view.dialog?.isAlone) {
    const lines = drawDialog(view.dialog, columns, '─');
    return fill([label, ...lines], [], rows, { column: 0, row: Math.min(lines.length, rows - 1) });
  }
  const body = [
    label,
    ...[...drawBanner(view), ...drawItems(view, columns, now)].map((line) => cut(line, columns)),
  ];
  if (view.dialog) {
    const lines = drawDialog(view.dialog, columns, view.dialog.footer.startsWith('Esc') ? '─' : '▔');
    return fill(body, lines, rows, { column: 0, row: rows - 1 });
  }
  const input = drawInput(view, columns);
  const below = [
    '─'.repeat(columns),
    ...view.warning.map((line) => cut(`  ${line}`, columns)),
    ...view.statusLine.map((line) => cut(`  ${makeVisible(line)}`, columns)),
    cut(`  ${drawFooter(view)}`, columns),
  ];
  const above = [
    ...(view.hint === undefined ? [] : [cut(view.hint, columns).padStart(columns)]),
    drawRule(view.name, columns),
  ];
  const inputMax = Math.max(rows - above.length - below.length - 2, 1);
  const shown = input.slice(-inputMax);
  const lastRow = view.isInputEmpty ? 2 : widthOf(shown.at(-1) ?? '');
  return fill(body, [...above, ...shown, ...below], rows, {
    column: Math.min(lastRow, columns - 1),
    row: rows - below.length - 1,
  });
}

/** The body's end is what is seen; the label stays even when the rest has scrolled away. */
function fill(
  body: readonly string[],
  bottom: readonly string[],
  rows: number,
  cursor: Frame['cursor'],
): Frame {
  const space = Math.max(rows - bottom.length - 1, 0);
  const [label = '', ...rest] = body;
  const seen = rest.slice(Math.max(rest.length - space, 0));
  const blanks = Array.from({ length: space - seen.length }, () => '');
  return { rows: [label, ...seen, ...blanks, ...bottom].slice(0, rows), cursor };
}

function drawBanner(view: View): string[] {
  return [
    ` ▐▛███▛█   Claude Code v${clientVersion}`,
    '▝▜██████▀  Simulation · no account',
    ` ▝▝   ▝▝   ${view.cwd}`,
    '',
  ];
}

function drawItems(view: View, columns: number, now: number): string[] {
  const lines: string[] = [];
  const add = (block: readonly string[], isAttached = false) => {
    if (block.length === 0) return;
    if (isAttached && lines.at(-1) === '') lines.pop();
    lines.push(...block, '');
  };
  let commands: { count: number; failed: number } | undefined;
  const flush = () => {
    if (!commands) return;
    const { count, failed } = commands;
    const noun = count === 1 ? 'command' : 'commands';
    add([`  Ran ${count} shell ${noun}${failed === 0 ? '' : ` · ${failed} failed`}`]);
    commands = undefined;
  };
  for (const item of view.items) {
    if (item.kind === 'tool' && item.isCommand && (item.state === 'done' || item.state === 'failed')) {
      commands ??= { count: 0, failed: 0 };
      commands.count += 1;
      if (item.state === 'failed') commands.failed += 1;
      continue;
    }
    flush();
    add(drawItem(item, columns, now), item.kind === 'result');
  }
  flush();
  for (const text of view.queued)
    add([...indent(text, columns, '❯ '), '  ⎿  Queued · ctrl+x ctrl+s to send now']);
  if (view.spinner) add([drawSpinner(view.spinner, now)]);
  return lines;
}

function drawItem(item: Item, columns: number, now: number): string[] {
  switch (item.kind) {
    case 'prompt':
      return indent(item.text, columns, '❯ ');
    case 'answer':
    case 'notice':
      return indent(item.text, columns, '● ');
    case 'result':
      return indent(item.text, columns, '  ⎿  ');
    case 'tool':
      return drawTool(item, columns, now);
    case 'turnEnd':
      return [`✻ ${item.word} for ${formatDuration(item.durationMs)} · done ${formatClock(item.at)}`];
  }
}

function drawTool(item: Item & { readonly kind: 'tool' }, columns: number, now: number): string[] {
  if (item.state === 'hidden') return [`● ${makeVisible(item.title)}`];
  if (item.state !== 'running')
    return [`● ${makeVisible(item.title)}`, `  ⎿  ${item.state === 'done' ? 'Done' : 'Failed'}`];
  const seconds = Math.floor((now - item.startedAt) / 1_000);
  if (!item.isCommand) return [`● ${makeVisible(item.title)}`];
  const command = cut(makeVisible(item.detail).replace(/\s+/g, ' '), columns - 20);
  return [
    `● ${makeVisible(item.title)}`,
    `  ⎿  $ ${command}${seconds >= 2 ? ` (${seconds}s)` : ''}`,
    ...(seconds >= 2 ? ['     (ctrl+b to run in background)'] : []),
  ];
}

function drawSpinner(spinner: Spinner, now: number): string {
  const { glyph, word, activity, startedAt, tokens } = spinner;
  const seconds = Math.floor((now - startedAt) / 1_000);
  const facts = tokens > 0 ? `${seconds}s · ↓ ${tokens} tokens` : `${seconds}s`;
  return `${glyph} ${activity ?? `${word}…`}${seconds >= 1 || tokens > 0 ? ` (${facts})` : ''}`;
}

function drawInput(view: View, columns: number): string[] {
  if (view.isInputEmpty) {
    const words = view.queued.length > 0 ? 'Press up to edit queued messages' : view.placeholder;
    return [words === undefined ? '❯' : `❯ ${dim(cut(words, columns - 2))}`];
  }
  return view.inputRows(columns - 3).map((row, index) => `${index === 0 ? '❯ ' : '  '}${makeVisible(row)}`);
}

function drawFooter(view: View): string {
  if (view.footerNote !== undefined) return view.footerNote;
  return `${modeFooters[view.permissionMode]}${view.spinner ? ' · esc to interrupt' : ''}`;
}

function drawRule(name: string | undefined, columns: number): string {
  const tail = name === undefined ? '' : ` ${cut(makeVisible(name), Math.max(columns - 10, 1))} ─`;
  return `${'─'.repeat(Math.max(columns - widthOf(tail), 0))}${tail}`;
}

function drawDialog(dialog: Dialog, columns: number, rule: string): string[] {
  const options = dialog.options.map((option, index) => {
    const number = dialog.isNumbered ? `${index + 1}. ` : '';
    return ` ${index === dialog.selected ? '❯' : ' '} ${number}${option}`;
  });
  const heading = dialog.heading
    .flatMap((line) => wrap(makeVisible(line), columns - 2))
    .map((line) => ` ${line}`);
  return [rule.repeat(columns), ...heading, '', ...options, '', ` ${dialog.footer}`].map((line) =>
    cut(line, columns),
  );
}

function indent(text: string, columns: number, mark: string): string[] {
  const blank = ' '.repeat(widthOf(mark));
  return wrap(makeVisible(text), columns - widthOf(mark)).map(
    (line, index) => `${index === 0 ? mark : blank}${line}`,
  );
}

function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}
