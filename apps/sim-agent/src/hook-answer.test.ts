import { describe, expect, test } from 'vitest';
import { readHookAnswer } from './hook-answer.ts';
import type { HookEvent } from './hook-events.ts';
import type { HookRun } from './hook-process.ts';

const ran = (part: Partial<HookRun>): HookRun => ({
  outcome: 'ended',
  exitCode: 0,
  stdout: '',
  stderr: '',
  durationMs: 5,
  ...part,
});
const context = (event: string, text: unknown = 'mail') =>
  JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: text } });

test('takes additional context that carries the name of its own event', () => {
  for (const event of ['PostToolUse', 'PostToolUseFailure', 'PostToolBatch', 'Stop', 'SessionStart'] as const)
    expect(readHookAnswer(event, ran({ stdout: context(event) }))).toMatchObject({ context: 'mail' });
});

describe('drops everything, and says why, when', () => {
  const cases: [string, HookEvent, string][] = [
    ['the name is another event', 'PostToolUse', context('Stop')],
    ['the name is missing', 'PostToolUse', '{"hookSpecificOutput":{"additionalContext":"mail"}}'],
    ['the context is no text', 'Stop', context('Stop', 7)],
    ['the event takes no context', 'PostCompact', context('PostCompact')],
    ['the event takes no context at the end', 'SessionEnd', context('SessionEnd')],
    ['the decision is unknown', 'Stop', '{"decision":"maybe"}'],
  ];
  test.each(cases)('%s', (_name, event, stdout) => {
    expect(readHookAnswer(event, ran({ stdout }))).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('validation failed') as string,
    });
  });
});

test('ignores a context at the top level and keys that it does not know', () => {
  const stdout = '{"additionalContext":"mail","somethingNew":1}';
  expect(readHookAnswer('PostToolUse', ran({ stdout }))).toMatchObject({ kind: 'json', context: undefined });
});

test('takes text before the JSON as plain text', () => {
  const stdout = `hello\n${context('PostToolUse')}`;
  expect(readHookAnswer('PostToolUse', ran({ stdout })).kind).toBe('plain');
});

test('counts valid JSON even with exit code 1, and drops other output then', () => {
  expect(readHookAnswer('Stop', ran({ exitCode: 1, stdout: context('Stop') }))).toMatchObject({
    context: 'mail',
  });
  expect(readHookAnswer('Stop', ran({ exitCode: 1, stdout: 'text', stderr: 'oops' }))).toEqual({
    kind: 'failed',
    why: 'Failed with status code 1: oops',
  });
  expect(readHookAnswer('Stop', ran({ exitCode: null }))).toMatchObject({ kind: 'failed' });
});

test('takes exit code 2 as a refusal with the words of stderr', () => {
  expect(readHookAnswer('Stop', ran({ exitCode: 2, stderr: 'go on\n', stdout: 'x' }))).toEqual({
    kind: 'refused',
    reason: 'go on',
  });
});

test('reads decisions and permissions', () => {
  expect(readHookAnswer('Stop', ran({ stdout: '{"decision":"block","reason":"more"}' }))).toMatchObject({
    block: 'more',
  });
  expect(
    readHookAnswer('PostToolUse', ran({ stdout: '{"continue":false,"stopReason":"enough"}' })),
  ).toMatchObject({
    stop: 'enough',
  });
  const allow =
    '{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"allow"}}}';
  expect(readHookAnswer('PermissionRequest', ran({ stdout: allow }))).toMatchObject({
    permission: { behavior: 'allow' },
  });
  const deny =
    '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no"}}';
  expect(readHookAnswer('PreToolUse', ran({ stdout: deny }))).toMatchObject({
    permission: { behavior: 'deny', reason: 'no' },
  });
});

test('keeps nothing of a hook that was cancelled or never started', () => {
  expect(readHookAnswer('Stop', ran({ outcome: 'timedOut', stdout: context('Stop') }))).toEqual({
    kind: 'cancelled',
  });
  expect(readHookAnswer('Stop', ran({ outcome: 'notStarted', stderr: 'spawn x ENOENT' }))).toEqual({
    kind: 'failed',
    why: 'spawn x ENOENT',
  });
});
