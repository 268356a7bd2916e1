import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const PROGRAM = /^(?:npx )?(?:orc|scm|tmux-orc) /;
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** Command lines that a page shows in a block, without what a shell would take for itself. */
function shownLines(text: string): string[] {
  return [...text.matchAll(/```sh[^\n]*\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .filter((line) => PROGRAM.test(line))
    .map((line) => line.replace(/\s+#.*| [|>] .*/, ''));
}

/** Commands that a page names in its sentences; what stands for something else is left out. */
function namedCommands(text: string): string[] {
  const sentences = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/\s+/g, ' ');
  return [...sentences.matchAll(/`((?:orc|tmux-orc) [^`]+)`/g)].map(([, line = '']) => line);
}

describe.each(pages)('the page $name', ({ text }) => {
  it('shows only lines that the program understands', async () => {
    for (const line of shownLines(text)) {
      const [, ...words] = wordsOf(line.replace(/^npx /, ''));
      expect(await read(words), line).toBeDefined();
    }
  });

  it('names only commands that there are', () => {
    const paths = commands.flatMap(({ path }) => [path, `${path.split(' ')[0]} …`]);
    for (const line of namedCommands(text)) {
      const words = line
        .split(' ')
        .slice(1)
        .join(' ')
        .replace(/^team-daemon …/, 'status');
      const isKnown = paths.some((path) => `${words} `.startsWith(`${path.replace(' …', '')} `));
      expect(isKnown, line).toBe(true);
    }
  });
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
