import { expect, test } from 'vitest';
import { readSignal, readStatus } from './exit-signal.ts';

test('a signal has the name the system gives it, whether tmux says its number or its name', () => {
  expect(['9', '15', 'TERM', 'SIGKILL', '60', ''].map(readSignal)).toEqual([
    ...['SIGKILL', 'SIGTERM', 'SIGTERM', 'SIGKILL', 'SIG60'],
    null,
  ]);
});

test('a status that tmux does not know is none', () => {
  expect(['0', '3', ''].map(readStatus)).toEqual([0, 3, null]);
});
