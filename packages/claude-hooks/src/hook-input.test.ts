import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHookInput } from './hook-input.ts';

const session = {
  session_id: '11111111-2222-4333-8444-555555555555',
  transcript_path: '/home/ada/.claude/projects/-shop/session.jsonl',
  cwd: '/shop',
  prompt_id: 'prompt-1',
};
const parse = (fields: object) => parseHookInput(JSON.stringify({ ...session, ...fields }));

describe('reading what the client says', () => {
  it('knows the session that an event belongs to', () => {
    expect(parse({ hook_event_name: 'SessionStart', source: 'startup', model: 'large' })).toEqual({
      event: 'SessionStart',
      sessionId: session.session_id,
      transcriptPath: session.transcript_path,
      directory: '/shop',
      promptId: 'prompt-1',
      permissionMode: null,
      subagentId: null,
      source: 'startup',
      model: 'large',
    });
  });

  it.each([
    ['SessionEnd', { reason: 'clear' }, { reason: 'clear' }],
    ['UserPromptSubmit', { prompt: 'go on' }, { prompt: 'go on' }],
    [
      'PostToolUse',
      { tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'ls' }, duration_ms: 12 },
      { tool: 'Bash', toolUseId: 't1', durationMs: 12 },
    ],
    [
      'PostToolUseFailure',
      { tool_name: 'Bash', error: 'Exit code 1', is_interrupt: true },
      { tool: 'Bash', error: 'Exit code 1', isInterrupt: true, durationMs: null },
    ],
    [
      'PermissionRequest',
      { tool_name: 'Write', tool_input: { file_path: 'a' } },
      { tool: 'Write', toolInput: { file_path: 'a' } },
    ],
    [
      'Notification',
      { message: 'Waiting', notification_type: 'idle_prompt' },
      { message: 'Waiting', type: 'idle_prompt' },
    ],
    [
      'Stop',
      { stop_hook_active: true, last_assistant_message: 'Done.', background_tasks: [{}, {}] },
      { isContinuation: true, lastMessage: 'Done.', backgroundTasks: 2 },
    ],
    ['StopFailure', { error: 'rate_limit' }, { error: 'rate_limit', details: null, lastMessage: null }],
    ['PreCompact', { trigger: 'auto', custom_instructions: null }, { trigger: 'auto' }],
    ['PostCompact', { trigger: 'manual', compact_summary: 'x' }, { trigger: 'manual' }],
  ])('reads %s', (event, fields, expected) => {
    expect(parse({ hook_event_name: event, ...fields })).toMatchObject({ event, ...expected });
  });

  it('ignores fields it does not know', () => {
    expect(parse({ hook_event_name: 'Stop', from_the_future: { deep: [1] } })).toMatchObject({
      event: 'Stop',
    });
  });

  it('takes a field of the wrong type for a missing one, so that a changed client costs no mail', () => {
    const input = parse({ hook_event_name: 'PostToolUse', cwd: 7, tool_name: {}, duration_ms: 'long' });
    expect(input).toMatchObject({ event: 'PostToolUse', directory: null, tool: null, durationMs: null });
  });

  it.each([
    ['a4b1', 'a4b1'],
    [7, '7'],
    ['', ''],
    [{ id: 1 }, 'unnamed'],
  ])('says that a sub-agent ran it when agent_id is %j', (agentId, subagentId) => {
    expect(parse({ hook_event_name: 'PostToolUse', agent_id: agentId })).toMatchObject({ subagentId });
  });

  it.each([['TeammateIdle'], ['__proto__'], ['toString']])('calls %s unknown, with its name', (name) => {
    expect(parse({ hook_event_name: name })).toMatchObject({ event: 'unknown', name, directory: '/shop' });
  });
});

describe('reading garbage', () => {
  it.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['{"session_id":', 'it is not JSON'],
    ['\u0000\u00ff', 'it is not JSON'],
    ['[1]', 'it is not a JSON object'],
    ['null', 'it is not a JSON object'],
    ['{}', 'hook_event_name is missing'],
    ['{"hook_event_name":7}', 'hook_event_name is missing'],
  ])('says why %j is no event', (text, problem) => {
    const input = parseHookInput(text);
    if (input.event !== 'invalid') expect.unreachable('it was taken for an event');
    expect(input.error).toMatchObject({ code: 'ORC_CLAUDE_HOOKS_BAD_INPUT', details: { problem } });
  });

  it('never throws', () => {
    const names = fc.constantFrom('Stop', 'PostToolUse', 'PermissionRequest', 'SessionStart', 'Other');
    const keys = fc.constantFrom('agent_id', 'source', 'stop_hook_active', 'background_tasks', 'tool_input');
    fc.assert(
      fc.property(names, fc.dictionary(keys, fc.jsonValue()), (name, fields) => {
        expect(parse({ ...fields, hook_event_name: name }).event).not.toBe('invalid');
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseHookInput(text)));
  });

  it('keeps no more than an excerpt of what it could not read', () => {
    const input = parseHookInput('x'.repeat(5_000_000));
    if (input.event !== 'invalid') expect.unreachable('it was taken for an event');
    expect(input.error.details.excerpt).toHaveLength(200);
  });
});
