import { describe, expect, test } from 'vitest';
import { bypassDialog, permissionDialog, trustDialog } from './dialogs.ts';
import { drawScreen, type Item, type View } from './screen.ts';
import { widthOf } from './text-width.ts';

const size = { columns: 80, rows: 24 };
const view: View = {
  cwd: '/project',
  name: undefined,
  items: [],
  queued: [],
  spinner: undefined,
  hint: undefined,
  inputRows: () => [''],
  isInputEmpty: true,
  placeholder: undefined,
  warning: [],
  statusLine: [],
  permissionMode: 'auto',
  footerNote: undefined,
  dialog: undefined,
};
const draw = (part: Partial<View>, now = 0) => drawScreen({ ...view, ...part }, size, now).rows;
const spinner = { glyph: '✻', word: 'Doodling', startedAt: 0, tokens: 46, activity: undefined };
const command = (id: string, state: 'running' | 'done' | 'failed'): Item => ({
  kind: 'tool',
  id,
  isCommand: true,
  title: 'Waiting',
  detail: 'sleep 6',
  startedAt: 0,
  state,
});

test('draws an idle session: banner, an empty prompt between two rules, and the mode', () => {
  const rows = draw({});
  expect(rows).toHaveLength(24);
  expect(rows[0]).toContain('SIMULATION of Claude Code, no model');
  expect(rows[1]).toContain('Claude Code v2.1.329');
  expect(rows.slice(-4)).toEqual([
    '─'.repeat(80),
    '❯',
    '─'.repeat(80),
    '  ⏵⏵ auto mode on (shift+tab to cycle)',
  ]);
});

test('says on every screen that it is a simulation, also when the banner has scrolled away', () => {
  const items = Array.from({ length: 50 }, (_item, index): Item => ({
    kind: 'answer',
    text: `answer ${index}`,
  }));
  for (const part of [{ items }, { dialog: trustDialog('/project') }, { items, dialog: bypassDialog() }]) {
    const rows = draw(part);
    expect(rows[0]).toBe(' SIMULATION of Claude Code, no model');
    expect(rows).toHaveLength(24);
  }
  expect(draw({ items }).join('\n')).toContain('answer 49');
});

test('shows that it is busy in the footer and with the spinner', () => {
  const rows = draw({ spinner }, 7_000);
  expect(rows.join('\n')).toContain('✻ Doodling… (7s · ↓ 46 tokens)');
  expect(rows.at(-1)).toBe('  ⏵⏵ auto mode on (shift+tab to cycle) · esc to interrupt');
  expect(draw({}).join('\n')).not.toContain('esc to interrupt');
});

test('shows a running command, and sums up the ones that are over', () => {
  expect(draw({ items: [command('1', 'running')] }, 3_000).join('\n')).toContain(
    '● Waiting\n  ⎿  $ sleep 6 (3s)',
  );
  const rows = draw({ items: [command('1', 'done'), command('2', 'failed')] });
  expect(rows.join('\n')).toContain('  Ran 2 shell commands · 1 failed');
});

test('hangs a result under what it belongs to', () => {
  const items: Item[] = [
    { kind: 'prompt', text: '/compact' },
    { kind: 'result', text: 'Compacted (ctrl+o to see full summary)' },
  ];
  expect(draw({ items }).join('\n')).toContain('❯ /compact\n  ⎿  Compacted (ctrl+o to see full summary)');
});

test('shows queued messages and says so in the empty input', () => {
  const screen = draw({ queued: ['queued words'], spinner }).join('\n');
  expect(screen).toContain('❯ queued words\n  ⎿  Queued · ctrl+x ctrl+s to send now');
  expect(screen).toContain('Press up to edit queued messages');
});

test('draws a placeholder grey, and not over what was typed', () => {
  const placeholder = 'Try "write a test"';
  expect(draw({ placeholder }).at(-3)).toBe(`❯ \u001b[2m${placeholder}\u001b[22m`);
  expect(draw({ placeholder, isInputEmpty: false, inputRows: () => ['typed'] }).at(-3)).toBe('❯ typed');
});

test('puts the cursor behind the last typed character', () => {
  const frame = drawScreen({ ...view, isInputEmpty: false, inputRows: () => ['one', 'two'] }, size, 0);
  expect(frame.cursor).toEqual({ column: 5, row: 21 });
  expect(frame.rows[21]).toBe('  two');
});

test('shows name, hint, status line, warning and a note instead of the footer', () => {
  const rows = draw({
    name: 'lead',
    hint: '1% until auto-compact',
    statusLine: ['SL-OK'],
    warning: ['⚠ Usage limit reached'],
    footerNote: 'paste again to expand',
  });
  expect(rows.at(-7)).toBe('1% until auto-compact'.padStart(80));
  expect(rows.at(-6)).toMatch(/^─+ lead ─$/);
  expect(rows.slice(-3)).toEqual(['  ⚠ Usage limit reached', '  SL-OK', '  paste again to expand']);
});

describe('dialogs', () => {
  test('take the input away and mark the preselected answer', () => {
    const screen = draw({
      dialog: permissionDialog({ tool: 'Bash', title: 'Create a file', detail: 'touch x' }, '/project'),
    }).join('\n');
    expect(screen).toContain('Do you want to proceed?');
    expect(screen).toContain('❯ 1. Yes');
    expect(screen).toContain('Esc to cancel · Tab to amend');
    expect(screen).not.toContain('auto mode on (shift+tab');
  });

  test('that come before the session refuse when Enter is pressed blindly', () => {
    expect(draw({ dialog: trustDialog('/project') }).join('\n')).toContain(' ❯ No, exit');
    expect(draw({ dialog: bypassDialog() }).join('\n')).toContain(' ❯ No, exit');
  });
});

test('never draws wider than the terminal, nor more rows than it has, nor a foreign escape sequence', () => {
  const hostile = `\u001b[2J\u001b]0;x\u0007${'漢字 '.repeat(200)}\u0007`;
  for (const columns of [20, 33, 80])
    for (const rows of [8, 24]) {
      const frame = drawScreen(
        {
          ...view,
          name: hostile,
          items: [{ kind: 'prompt', text: hostile }, { ...command('1', 'running'), detail: hostile } as Item],
          statusLine: [hostile],
          spinner,
        },
        { columns, rows },
        0,
      );
      expect(frame.rows).toHaveLength(rows);
      for (const row of frame.rows) {
        expect(widthOf(row)).toBeLessThanOrEqual(columns);
        expect(row).not.toContain('\u001b');
      }
    }
});
