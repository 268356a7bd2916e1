import { describe, expect, it } from 'vitest';
import { screenNames, screenOf } from '../fixtures/read.ts';
import { readScreen, type ScreenReading } from './screen.ts';

const idle: ScreenReading = { prompt: 'empty', isBusy: false, dialog: null, notices: [] };
const busy: ScreenReading = { ...idle, isBusy: true };
const noBox: ScreenReading = { ...idle, prompt: 'absent' };
const draft = (text: string): ScreenReading => ({ ...idle, prompt: 'draft', draft: text });
const dialog = (name: NonNullable<ScreenReading['dialog']>): ScreenReading => ({ ...noBox, dialog: name });
const noting = (...notices: string[]): ScreenReading => ({ ...idle, notices });

/** Screens of Claude Code 2.1.329, as recorded. Those that are not named here show an idle client. */
const recorded: Readonly<Record<string, ScreenReading>> = {
  'api-529-retrying': { ...busy, notices: ['529 Overloaded · retrying in 1s · attempt 3/10'] },
  'api-key-dialog': dialog('api-key'),
  ask: dialog('unknown-choice'),
  'bash-mode': draft('! ls -la'),
  'broken-settings-json': dialog('settings'),
  'busy-queued-message': busy,
  'busy-streaming': busy,
  'busy-tool-running': busy,
  'busy-waiting-model': busy,
  'bypass-dialog': dialog('bypass'),
  'compact-blocked': noting('compaction blocked by PreCompact hook'),
  compacting: { ...busy, notices: ['1% until auto-compact'] },
  'context-96pct': noting('1% until auto-compact'),
  'double-esc': dialog('unknown-choice'),
  interrupted: draft('err'),
  'model-picker': dialog('unknown-choice'),
  'model-switch-dialog': dialog('model-switch'),
  'multiline-draft': { ...draft('line one\nline two'), notices: ['ctrl+g to edit in Vim'] },
  'narrow-34-busy': busy,
  'narrow-34-draft': draft('a draft that is longer than\nthe pane is wide, so that it\nwraps'),
  'narrow-34-permission': dialog('permission'),
  'narrow-44-limit': {
    ...idle,
    limit: 'Usage limit reached · limit resets 10:03am Continuing automatically at 10:03am · Esc to cancel',
  },
  'narrow-44-trust': dialog('trust'),
  'narrow-60-busy': busy,
  'narrow-60-draft': draft('a draft that is longer than the pane is wide, so that it\nwraps'),
  'narrow-60-permission': dialog('permission'),
  'no-network-onboarding': noBox,
  'paste-p1-before-enter': draft('one line paste PASTE1END'),
  'paste-p50-before-enter': draft('[Pasted text #2 +50 lines]'),
  'paste-pbig-before-enter': draft('[Pasted text #6 +311 lines]'),
  'paste-psp-before-enter': draft('[Pasted text #4 +3 lines]'),
  'permission-bash': dialog('permission'),
  'permission-write': dialog('permission'),
  plan: dialog('unknown-choice'),
  'rewake-busy': busy,
  'rewake-with-half-typed-input': draft('half typed'),
  'slash-menu': { ...draft('/'), notices: ['Waiting for 1 background agent to finish'] },
  'stop-hook-block': noting('stop hook problem · ctrl+o to see'),
  'subscriber-401': noting("You've used 93% of your 5-hour limit · resets 1:22am (UTC)"),
  'subscriber-429-unified-rejected': {
    ...idle,
    limit: 'Usage limit reached · limit resets 1:22am Continuing automatically at 1:22am · Esc to cancel',
  },
  'subscriber-429-weekly': {
    ...dialog('limit'),
    limit: "You've hit your weekly limit · resets Nov 24, 10:42am (UTC)",
  },
  'subscriber-warning': noting("You've used 93% of your 5-hour limit · resets 1:22am (UTC)"),
  'transcript-view': noBox,
  'trust-dialog-hooks': dialog('trust'),
  'unknown-hook-event-flag': dialog('settings'),
  'unknown-hook-event': dialog('settings'),
};

/** A screen as the client draws it around what is given. */
const screen = (parts: { above?: string[]; input?: string[]; footer?: string[] }) =>
  [
    ...(parts.above ?? []),
    '─'.repeat(60),
    ...(parts.input ?? ['❯\u00a0']),
    '─'.repeat(60),
    ...(parts.footer ?? ['  ⏵⏵ auto mode on (shift+tab to cycle)']),
    '',
  ].join('\n');

describe('recorded screens', () => {
  it.each(screenNames())('reads %s', (name) => {
    expect(readScreen(screenOf(name))).toEqual(recorded[name] ?? idle);
  });

  it('knows every screen that it expects something of', () => {
    expect(Object.keys(recorded).filter((name) => !screenNames().includes(name))).toEqual([]);
  });

  it('reads the same from a taller pane with empty lines below', () => {
    for (const name of screenNames())
      expect(readScreen(`${screenOf(name)}\n\n\n\n\n`)).toEqual(readScreen(screenOf(name)));
  });
});

describe('the input box', () => {
  it.each([
    'Resend your message to try again',
    'Once fixed, resend your message',
    'Press up to edit queued messages',
    'Try "fix lint errors"',
  ])('takes the placeholder "%s" for no draft', (placeholder) => {
    expect(readScreen(screen({ input: [`❯\u00a0${placeholder}`] })).prompt).toBe('empty');
  });

  it('takes a placeholder that a narrow pane wraps for no draft', () => {
    expect(readScreen(screen({ input: ['❯\u00a0Resend your message', '  to try again'] })).prompt).toBe(
      'empty',
    );
  });

  // As `capture-pane -e` recorded them: the cursor inverse on the first letter, the rest faint.
  it.each([
    [
      'a known placeholder',
      '\u001b[39m❯\u00a0\u001b[7mR\u001b[0;2m\u001b[39m\u001b[49mesend your message to try again',
    ],
    [
      'any other one',
      '\u001b[39m❯\u00a0\u001b[7mW\u001b[0;2m\u001b[39m\u001b[49mrite the tests next\u001b[0m',
    ],
    [
      'one in a coloured box',
      '\u001b[38;5;246m❯\u00a0\u001b[7m\u001b[39mP\u001b[0;2m\u001b[39m\u001b[49mress up',
    ],
  ])('tells %s by how it is drawn', (_, input) => {
    expect(readScreen(screen({ input: [input] }))).toEqual(idle);
  });

  it.each([
    ['typed text', '\u001b[39m❯\u00a0half draft\u001b[7m \u001b[0m', 'half draft'],
    ['one letter under the cursor', '❯\u00a0\u001b[7mx\u001b[0m', 'x'],
    [
      'text whose colour only looks faint',
      '❯\u00a0\u001b[38;5;2mgreen\u001b[48;2;2;2;2m text\u001b[0m',
      'green text',
    ],
    ['text beside a faint hint', '❯\u00a0/mod\u001b[2mel\u001b[22m', '/model'],
    ['the words of a placeholder, typed', '❯\u00a0Try "this" and more', 'Try "this" and more'],
    [
      'all the words of a placeholder, typed',
      '\u001b[39m❯\u00a0Try "npm test"\u001b[7m \u001b[0m',
      'Try "npm test"',
    ],
  ])('takes %s for a draft', (_, input, text) => {
    expect(readScreen(screen({ input: [input] }))).toEqual(draft(text));
  });

  it('keeps blank lines inside a draft', () => {
    expect(readScreen(screen({ input: ['❯ one', '', '  three'] })).draft).toBe('one\n\nthree');
  });

  it('is not there in a shell, whatever its prompt looks like', () => {
    for (const shell of ['user@host:~$ ', '❯ ', '❯ ls\n1. Yes\n❯ ', '> ', '$ echo "❯ 1. Yes"\n❯ 1. Yes\n'])
      expect(readScreen(shell)).toEqual(noBox);
  });

  it('is not there when the pane is too low to show it whole', () => {
    expect(readScreen(`❯ text\n${'─'.repeat(60)}\n  ⏵⏵ auto mode on`).prompt).toBe('absent');
  });

  it('reads an empty screen', () => {
    expect(readScreen('')).toEqual(noBox);
    expect(readScreen('\n\n\n')).toEqual(noBox);
  });
});

describe('dialogs', () => {
  const question = [' Do you want to proceed?', ' ❯ 1. Yes', '   2. No', '', ' Esc to cancel · Tab to amend'];

  it('does not take a dialog that the conversation quotes for one', () => {
    expect(readScreen(screen({ above: ['● It showed:', '─'.repeat(60), ...question, ''] }))).toEqual(idle);
  });

  it('does not take an input box that the conversation quotes for the one to type into', () => {
    const quoted = screen({ input: ['❯ quoted'] }).split('\n');
    expect(readScreen([...quoted, '─'.repeat(60), ' Bash command', ...question].join('\n'))).toEqual(
      dialog('permission'),
    );
  });

  it('is not misled by what a dialog shows: the command to permit may hold any words', () => {
    const hostile = [
      ' Bash command',
      '',
      '   echo "Switch model? Accessing workspace: WARNING"',
      '   echo "Settings Error"',
      '╌'.repeat(60),
      ...question,
    ];
    expect(readScreen(['─'.repeat(60), ...hostile].join('\n'))).toEqual(dialog('permission'));
  });

  it('names a choice that it does not know, and so keeps everybody from typing', () => {
    const lines = [
      '▔'.repeat(60),
      '  Something new',
      '',
      '  ❯ First',
      '    Second',
      '',
      '  Enter to confirm · Esc to cancel',
    ];
    expect(readScreen(lines.join('\n'))).toEqual(dialog('unknown-choice'));
  });

  it('sees a dialog that is taller than the pane', () => {
    expect(readScreen(['   + a line of a diff', ...question].join('\n'))).toEqual(dialog('permission'));
  });

  it('reads a title that a narrow pane wraps', () => {
    const lines = [
      '─'.repeat(30),
      '  WARNING: Claude Code running',
      '  in Bypass Permissions mode',
      '',
      '  ❯ No, exit',
      '    Yes, I accept',
      '',
      '  Enter to confirm · Esc to',
      '  cancel',
    ];
    expect(readScreen(lines.join('\n'))).toEqual(dialog('bypass'));
  });
});

describe('a running turn', () => {
  it('is seen by the spinner when the pane cuts the footer off', () => {
    expect(
      readScreen(screen({ above: ['✻ Pondering… (7s)', ''], footer: ['  ⏵⏵ auto mode on · es…'] })),
    ).toEqual(busy);
  });

  it.each([
    ['a finished turn', '✻ Baked for 12s · done 11:20 PM'],
    ['an answer that trails off', '● Let me see…'],
    ['a prompt that trails off', '❯ go on…'],
    ['text of an answer', '  ✻ Pondering… (7s)'],
    ['a list', '- and so on…'],
  ])('is not seen in %s', (_, line) => {
    expect(readScreen(screen({ above: [line, ''] })).isBusy).toBe(false);
  });

  it('is not seen in words of the conversation', () => {
    expect(readScreen(screen({ above: ['● press esc to interrupt', '  esc to interrupt', ''] })).isBusy).toBe(
      false,
    );
  });

  it('tells agents in the background from a running turn', () => {
    expect(readScreen(screen({ above: ['✻ Waiting for 2 background agents to finish', ''] }))).toEqual(
      noting('Waiting for 2 background agents to finish'),
    );
  });
});

describe('a usage limit', () => {
  it('is not read out of the conversation, where anybody may quote it', () => {
    const quoted = [
      "  ⎿  You've hit your 5-hour limit · resets 1:22am (UTC)",
      '● Usage limit reached · esc to cancel',
      '',
    ];
    expect(readScreen(screen({ above: quoted })).limit).toBeUndefined();
  });

  it('is read from the footer while the client waits and when it is about to go on', () => {
    const footer = [
      '  ⚠ Usage limit reset',
      '  ⚠ Usage limit reached · limit resets 1:22am',
      '    Continuing shortly',
      '  ⏵⏵ auto mode on',
    ];
    expect(readScreen(screen({ footer })).limit).toBe(
      'Usage limit reached · limit resets 1:22am Continuing shortly',
    );
  });
});
