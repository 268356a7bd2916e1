import { describe, expect, it } from 'vitest';
import type { Arguments } from './command.ts';
import { parse } from './parser.ts';

async function read(...words: string[]): Promise<Arguments> {
  let found: Arguments | undefined;
  await parse(words, 'orc', async (_, args) => {
    found = args;
    return 0;
  });
  if (!found) throw new Error('no command was found');
  return found;
}

const usage = expect.objectContaining({ code: 'ORC_CLI_USAGE' }) as Error;

describe('parse', () => {
  it.each([
    ['a flag at the end that needs a value', ['up', '--spec'], /spec/],
    ['a flag before another that needs a value', ['task', 'list', '--project', '--json'], /project/],
    [
      'a value that is given twice',
      ['down', '--project', 'a', '--project', 'b'],
      /--project was given 2 times/,
    ],
    ['a value that is empty', ['down', '--project', ''], /--project is empty/],
    ['an empty home', ['status', '--home', ''], /--home is empty/],
    ['a number that is none', ['daemon', 'logs', '--lines', 'abc'], /--lines is no number/],
    [
      'a choice that is given twice',
      ['msg', 'list', '--state', 'dead', '--state', 'seen'],
      /--state was given 2/,
    ],
  ])('refuses %s', async (_, words, problem) => {
    await expect(read(...words)).rejects.toThrowError(usage);
    await expect(read(...words)).rejects.toThrowError(problem);
  });

  it('takes a list as often as it is given', async () => {
    const { options } = await read('task', 'add', 'x', '--criterion', 'a, b and c', '--criterion', 'd');
    expect(options['criterion']).toEqual(['a, b and c', 'd']);
  });
});
