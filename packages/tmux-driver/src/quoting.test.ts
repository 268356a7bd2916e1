import { describe, expect, test } from 'vitest';
import { makeHostileText, createRandom } from '../test/random.ts';
import { commandArguments, escapeFormat, quoteArgument, quoteCommands, type Command } from './quoting.ts';

/** What tmux makes of a double-quoted word in which only octal escapes occur. */
function unquote(word: string): string {
  const inner = /^"([^"$~]*)"$/.exec(word)?.[1];
  if (inner === undefined) throw new Error(`not one quoted word: ${word}`);
  return inner.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

describe('an argument of a line', () => {
  test('comes back from hostile texts exactly, on one line', () => {
    const random = createRandom(1);
    for (let round = 0; round < 2_000; round += 1) {
      const text = makeHostileText(random);
      const word = quoteArgument(text);
      expect(word).not.toMatch(/[\n\r\t;#$~{}%\\](?![0-7]{3})/);
      expect(unquote(word)).toBe(text);
    }
  });

  test('comes back for every character of ASCII', () => {
    for (let code = 1; code < 128; code += 1) {
      const character = String.fromCharCode(code);
      expect(unquote(quoteArgument(character))).toBe(character);
    }
  });

  test('is refused with a NUL, which would end the line silently', () => {
    expect(() => quoteArgument('a\0b')).toThrow(expect.objectContaining({ code: 'ORC_TMUX_BAD_ARGUMENT' }));
  });

  test('is refused with half a character', () => {
    expect(() => quoteArgument('a\ud83d')).toThrow(
      expect.objectContaining({ code: 'ORC_TMUX_BAD_ARGUMENT' }),
    );
    expect(quoteArgument('😀')).toBe('"😀"');
  });
});

describe('commands', () => {
  test('are one line', () => {
    expect(
      quoteCommands([
        ['kill-pane', '-t', '%7'],
        ['rename-window', '-t', '@1', 'a;b\n'],
      ]),
    ).toBe('kill-pane "-t" "\\0457" ; rename-window "-t" "\\1001" "a\\073b\\012"');
  });

  test('that are not allowed are refused on both ways to tmux', () => {
    for (const name of [
      'command-prompt',
      'display-menu',
      'confirm-before',
      'run-shell',
      'kill-pane\nrun-shell',
      '',
    ]) {
      const commands = [[name, 'x']] as unknown as Command[];
      expect(() => quoteCommands(commands)).toThrow(
        expect.objectContaining({ code: 'ORC_TMUX_BAD_ARGUMENT' }),
      );
      expect(() => commandArguments(commands)).toThrow(
        expect.objectContaining({ code: 'ORC_TMUX_BAD_ARGUMENT' }),
      );
    }
  });

  test('that would run a shell are refused', () => {
    expect(() => quoteCommands([['if-shell', 'true', 'x']])).toThrow(/if-shell without -F/);
  });

  test('are refused when there are none: an empty line would detach', () => {
    expect(() => quoteCommands([])).toThrow(expect.objectContaining({ code: 'ORC_TMUX_BAD_ARGUMENT' }));
  });

  test('for a process keep a final semicolon, which tmux would cut off', () => {
    expect(
      commandArguments([
        ['set-buffer', 'echo a;'],
        ['set-buffer', ';'],
      ]),
    ).toEqual(['set-buffer', 'echo a\\;', ';', 'set-buffer', '\\;']);
  });
});

test('text in a format means itself', () => {
  expect(escapeFormat('/a#b/#{pane_id}')).toBe('/a##b/##{pane_id}');
});
