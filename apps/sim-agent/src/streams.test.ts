import { expect, test } from 'vitest';
import { findPrompt, requireTerminal } from './streams.ts';

const piped = (text: string) => ({ isTTY: undefined, read: () => text });

test('takes the prompt from the command line before what was piped in', () => {
  expect(findPrompt('word', piped('piped'))).toBe('word');
  expect(findPrompt(undefined, piped('piped\n'))).toBe('piped');
});

test('refuses to answer nothing, and does not wait for a terminal to say something', () => {
  const terminal = { isTTY: true, read: () => expect.unreachable() };
  for (const input of [piped(' \n'), terminal])
    expect(() => findPrompt(undefined, input)).toThrow(
      expect.objectContaining({ code: 'ORC_SIM_AGENT_NO_PROMPT' }),
    );
});

test('needs a terminal on both sides', () => {
  const terminal = { isTTY: true };
  const pipe = { isTTY: undefined };
  requireTerminal({ stdin: terminal, stdout: terminal });
  for (const streams of [
    { stdin: pipe, stdout: terminal },
    { stdin: terminal, stdout: pipe },
  ])
    expect(() => requireTerminal(streams)).toThrow(
      expect.objectContaining({ code: 'ORC_SIM_AGENT_NO_TERMINAL' }),
    );
});
