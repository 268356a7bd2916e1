import { describe, expect, it } from 'vitest';
import { hotCommands } from './hot.ts';
import { readPlainly } from './plain-arguments.ts';

const read = (...words: string[]) => readPlainly(words, hotCommands)?.args;

describe('readPlainly', () => {
  it('reads a plain line of a hot command', () => {
    expect(read('send', 'developer', 'hello', 'there', '--priority', 'high', '--json')).toEqual({
      positionals: { target: 'developer', text: ['hello', 'there'] },
      options: { priority: 'high', json: true },
    });
  });

  it.each([
    ['a command that is not hot', ['task', 'list']],
    ['a word that every object has', ['constructor', 'a', 'b']],
    ['a missing word', ['send', 'developer']],
    ['a word too many', ['status', 'now']],
    ['an unknown flag', ['send', 'developer', 'hello', '--loud']],
    ['a list, which the full parser checks', ['send', 'developer', 'hello', '--tag', 'x']],
    ['a flag that is given twice', ['send', 'developer', 'hello', '--priority', 'low', '--priority', 'high']],
    ['a flag without a value', ['send', 'developer', 'hello', '--priority', '']],
    ['a request for help', ['send', '--help']],
    ['nothing', []],
  ])('leaves %s to the full parser', (_, words) => {
    expect(read(...words)).toBeUndefined();
  });
});
