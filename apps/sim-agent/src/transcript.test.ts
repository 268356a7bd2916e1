import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import { summarize, type HookOutcome, type HookResult } from './hook-runner.ts';
import type { HookAnswer } from './hook-answer.ts';
import {
  buildAssistantRecord,
  buildHookRecords,
  buildStopSummary,
  buildSyntheticRecord,
  buildToolResultRecord,
  buildUserRecord,
  type Body,
} from './records.ts';
import { findMemory, isSessionKnown, openTranscript, projectDirectoryOf } from './transcript.ts';

/** The keys of a value, nested ones with dots; what a record must have in common with the client's. */
function shapeOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${at}[]`] : shapeOf(value[0], `${at}[]`);
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, item]) => shapeOf(item, at === '' ? key : `${at}.${key}`));
}

// Records of the client's kind, written by hand: every key of them must be there.
const fixtures = JSON.parse(
  readFileSync(join(import.meta.dirname, '../test/fixtures/record-shapes.json'), 'utf8'),
) as Record<string, unknown>;

function openOne(entrypoint = 'cli') {
  const directory = makeTempDirectory();
  const options = { path: join(directory, 'p', 's1.jsonl'), sessionId: 's1', cwd: '/project', entrypoint };
  const clock = { now: () => Date.parse('2026-11-21T00:00:00.000Z') };
  const transcript = openTranscript({ ...options, branch: () => 'main', clock });
  const read = () =>
    readFileSync(options.path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { directory, transcript, read, path: options.path };
}

const prompt = buildUserRecord({
  text: 'say hello',
  promptId: 'p1',
  permissionMode: 'auto',
  source: 'typed',
  promptIndex: 1,
  turnIndex: 1,
});
const ids = { messageId: 'm', requestId: 'r', requestRef: 'a', model: 'simulation' };

function outcomeOf(event: HookOutcome['event'], ...answers: HookAnswer[]): HookOutcome {
  const results = answers.map((answer, index): HookResult => {
    const stdout = answer.kind === 'json' ? '{"hookSpecificOutput":{}}' : '';
    return {
      command: `hook ${index}`,
      run: { outcome: 'ended', exitCode: 0, stdout, stderr: '', durationMs: 3 },
      answer,
    };
  });
  const hookName =
    event === 'PostToolUse' ? 'PostToolUse:Bash' : event === 'SessionStart' ? 'SessionStart:startup' : event;
  return summarize({ event, hookName, toolUseId: 'toolu_1', results }, (text) => text);
}

const withContext = (context: string): HookAnswer => ({
  kind: 'json',
  context,
  block: undefined,
  stop: undefined,
  systemMessage: undefined,
  permission: undefined,
});

describe('a record has every key of the client’s', () => {
  const usage = { inputTokens: 1, outputTokens: 2 };
  const post = buildHookRecords(
    outcomeOf('PostToolUse', withContext('[orc:1]'), { kind: 'failed', why: 'bad' }),
  );
  const records: Record<string, Body | undefined> = {
    user: prompt,
    assistant: buildAssistantRecord({
      ...ids,
      block: { type: 'text', text: 'hello' },
      blockIndex: 0,
      stopReason: 'end_turn',
      usage,
    }),
    toolUse: buildAssistantRecord({
      ...ids,
      block: { type: 'tool_use', id: 't', name: 'Bash', input: { command: 'echo' } },
      blockIndex: 0,
      stopReason: 'tool_use',
      usage,
    }),
    toolResult: buildToolResultRecord({
      promptId: 'p1',
      toolUseId: 't',
      content: 'one',
      isError: false,
      response: { stdout: 'one', stderr: '', interrupted: false, isImage: false, noOutputExpected: false },
      assistantUuid: 'u',
    }),
    hookSuccess: post[0],
    hookContext: post[1],
    hookError: post[2],
    stopSummary: buildStopSummary(outcomeOf('Stop', withContext('[orc:2]'))),
    usageLimit: buildSyntheticRecord({
      text: "You've hit your 5-hour limit",
      requestId: 'r',
      error: 'rate_limit',
      status: 429,
      errorType: 'rate_limit_error',
      limit: { resetsAt: 1_795_226_852, rateLimitType: 'five_hour' },
    }),
  };
  test.each(Object.keys(fixtures))('%s', (name) => {
    const { transcript, read } = openOne();
    const record = records[name] ?? {};
    if (record['type'] !== 'user') transcript.add(prompt);
    transcript.add(record);
    const missing = shapeOf(fixtures[name]).filter((key) => !shapeOf(read().at(-1)).includes(key));
    expect(missing).toEqual([]);
  });
});

test('keeps received and accepted apart, and a hook that printed nothing leaves no record', () => {
  const types = buildHookRecords(
    outcomeOf(
      'PostToolUse',
      withContext('one'),
      { kind: 'nothing' },
      { kind: 'failed', why: 'bad' },
      withContext('two'),
    ),
  ).map((record) => (record['attachment'] as Body)['type']);
  expect(types).toEqual([
    'hook_success',
    'hook_additional_context',
    'hook_non_blocking_error',
    'hook_success',
    'hook_additional_context',
  ]);
});

test('gives each hook its own context and names SessionStart without its source', () => {
  const records = buildHookRecords(outcomeOf('SessionStart', withContext('one'), withContext('two')));
  const contexts = records.filter((record) => record['renderedRole'] === 'system');
  expect(contexts).toMatchObject([
    { attachment: { content: ['one'], hookName: 'SessionStart', toolUseID: 'SessionStart' } },
    { attachment: { content: ['two'] } },
  ]);
});

test('writes nothing before the first prompt, and then everything in order and in one chain', () => {
  const { transcript, read, path } = openOne();
  const [first] = buildHookRecords(outcomeOf('SessionStart', withContext('x')));
  transcript.add(first ?? {});
  transcript.addLoose({ type: 'queue-operation' });
  expect(existsSync(path)).toBe(false);
  transcript.add(prompt);
  const records = read();
  expect(records.map((record) => record['type'])).toEqual(['attachment', 'queue-operation', 'user']);
  expect(records[0]?.['parentUuid']).toBeNull();
  expect(records[2]?.['parentUuid']).toBe(records[0]?.['uuid']);
});

test('remembers a session for its resume, and skips a damaged line', () => {
  const { transcript, path, directory } = openOne();
  expect(findMemory(path)).toBeUndefined();
  transcript.add(prompt);
  const block = { type: 'text', text: 'hello (orc:1 handled)' } as const;
  const usage = { inputTokens: 1, outputTokens: 1 };
  const uuid = transcript.add(
    buildAssistantRecord({ ...ids, block, blockIndex: 0, stopReason: 'end_turn', usage }),
  );
  transcript.addLoose({ type: 'api-request' });
  expect(findMemory(path)).toMatchObject({
    parentUuid: uuid,
    lastAt: Date.parse('2026-11-21T00:00:00.000Z'),
    assistantTexts: ['hello (orc:1 handled)'],
  });
  expect(isSessionKnown(directory, 's1')).toBe(false);
});

test('names the directory of a project by its path', () => {
  expect(projectDirectoryOf('/config', '/work/a.b/shop')).toBe('/config/projects/-work-a-b-shop');
});
