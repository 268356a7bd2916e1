import { describe, expect, it } from 'vitest';
import type { Command } from '../command.ts';
import { parse } from '../parser.ts';
import { commands } from './index.ts';

/** Splits a line as a shell would, as far as examples need it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

const read = async (words: readonly string[]): Promise<Command | undefined> => {
  let found: Command | undefined;
  await parse(words, 'orc', async (command) => {
    found = command;
    return 0;
  });
  return found;
};

describe('every command', () => {
  it.each(commands.map((command) => [command.path, command] as const))(
    '%s has examples that are read as itself',
    async (path, command) => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [line] of command.examples) {
        const [program, ...words] = wordsOf(line.split(' > ')[0] ?? '');
        expect(program).toBe('orc');
        expect((await read(words))?.path).toBe(path);
      }
    },
  );

  it.each(commands.map((command) => [command.path, command] as const))(
    '%s keeps its words apart from its flags',
    (_, command) => {
      const names = (command.positionals ?? []).map(({ name }) => name);
      expect(names.filter((name) => Object.hasOwn(command.options ?? {}, name))).toEqual([]);
    },
  );
});

describe('a line that is wrong', () => {
  it.each([
    [['sned', 'developer', 'x'], /Did you mean send/],
    [['send', 'developer'], /Not enough/],
    [['status', '--projcet', 'x'], /Unknown argument/],
    [['up', '--runtime', 'gpt'], /claude/],
    [[], /Say what to do/],
  ])('%j is refused with a hint', async (words, hint) => {
    await expect(read(words)).rejects.toThrowError(
      expect.objectContaining({ code: 'ORC_CLI_USAGE', message: expect.stringMatching(hint) as string }),
    );
  });
});
