import { expect, test } from 'vitest';
import type { ScriptedTurn } from './scenario.ts';
import { takeTurn } from './script.ts';

const turn = (text: string, onMessage?: string): ScriptedTurn => ({
  text,
  tools: [],
  ...(onMessage !== undefined && { onMessage }),
});

test('plays turns in their order, and one that waits for a text when that comes, once', () => {
  const script = [turn('on cue', 'the cue'), turn('first'), turn('second')];
  expect(takeTurn(script, 'nothing')?.text).toBe('first');
  expect(takeTurn(script, 'here is the cue')?.text).toBe('on cue');
  expect(takeTurn(script, 'here is the cue')?.text).toBe('second');
  expect(takeTurn(script, 'here is the cue')).toBeUndefined();
});
