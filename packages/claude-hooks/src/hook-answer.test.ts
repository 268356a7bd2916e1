import { describe, expect, it } from 'vitest';
import { answerHook, findChannel, type HookContext } from './hook-answer.ts';
import { parseHookInput, type HookInput } from './hook-input.ts';
import type { MailMessage } from './message-text.ts';

const at = Date.UTC(2026, 10, 21, 9);
const message = (id: string, body = 'The tests are red.'): MailMessage => ({
  id,
  sender: 'shop/pm',
  kind: 'note',
  priority: 5,
  body,
  replyBy: null,
  repliedAt: null,
});
const mail = [message('m1'), message('m2')];
const mailText =
  '[orc:m1] note from shop/pm\nThe tests are red.\n\n[orc:m2] note from shop/pm\nThe tests are red.';

function parse(event: string, fields: object = {}): HookInput {
  return parseHookInput(
    JSON.stringify({
      session_id: 's1',
      transcript_path: '/t.jsonl',
      hook_event_name: event,
      ...fields,
    }),
  ) as HookInput;
}

function answer(
  event: string,
  fields: object = {},
  context: Partial<HookContext> = {},
  mailbox: readonly MailMessage[] = mail,
) {
  return answerHook({
    input: parse(event, fields),
    mailbox,
    context: {
      at,
      clientPid: 4711,
      stopDrains: 0,
      spill: ({ id }) => ({ path: `/orc/mail/${id}.txt`, sha256: 'f00d' }),
      ...context,
    },
  });
}

describe('a canary', () => {
  const canary = '(a test: [orc:c1])';

  it('is printed where there is nothing else to say, and delivers nothing', () => {
    const { answer: json, delivered, channel } = answer('PostToolUse', {}, { canary }, []);
    expect(json).toEqual({ hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: canary } });
    expect([delivered, channel]).toEqual([[], 'PostToolUse']);
  });

  it('gives way to mail, and is nothing where no context is taken', () => {
    expect(answer('PostToolUse', {}, { canary }).print).not.toContain('[orc:c1]');
    expect(answer('PreCompact', {}, { canary }, []).print).toBe('');
    expect(answer('PostToolUse', { agent_id: 'a1' }, { canary }, []).print).toBe('');
  });
});

it('lets a turn be put off as often as the caller says', () => {
  const again = { stop_hook_active: true };
  expect(answer('Stop', again, { stopDrains: 1, stopDrainsMax: 1 }).delivered).toEqual([]);
  expect(answer('Stop', {}, { stopDrainsMax: 0 }).delivered).toEqual([]);
});

describe('delivering mail', () => {
  it.each(['PostToolUse', 'PostToolUseFailure', 'UserPromptSubmit', 'SessionStart', 'Stop'])(
    'happens in the context that %s adds, under its own name',
    (event) => {
      const { answer: json, print, delivered, channel } = answer(event);
      expect(json).toEqual({
        hookSpecificOutput: { hookEventName: event, additionalContext: mailText },
      });
      expect(JSON.parse(print)).toEqual(json);
      expect(delivered).toEqual(['m1', 'm2']);
      expect(channel).toBe(event);
    },
  );

  it.each(['PostToolUse', 'UserPromptSubmit', 'SessionStart', 'Stop'])(
    'leaves %s without a word when there is none',
    (event) => {
      expect(answer(event, {}, {}, [])).toMatchObject({
        answer: null,
        print: '',
        delivered: [],
        channel: null,
      });
    },
  );

  it.each([
    'StopFailure',
    'Notification',
    'SessionEnd',
    'PreCompact',
    'PostCompact',
    'PermissionRequest',
    'PreToolUse',
    'WorktreeCreate',
  ])('never happens on %s', (event) => {
    expect(answer(event)).toMatchObject({ answer: null, print: '', delivered: [], channel: null });
    expect(findChannel(parse(event), { stopDrains: 0 })).toBeUndefined();
  });

  it.each(['PostToolUse', 'PostToolUseFailure', 'UserPromptSubmit', 'SessionStart', 'Stop', 'PreCompact'])(
    'never happens inside a sub-agent (%s)',
    (event) => {
      const inside = { agent_id: 'a1', source: 'compact' };
      const context = { rebrief: 'You are the developer.', survive: 'Keep m1.' };
      expect(answer(event, inside, context)).toMatchObject({ answer: null, print: '', delivered: [] });
      expect(findChannel(parse(event, inside), { stopDrains: 0 })).toBeUndefined();
    },
  );

  it('leaves what is no event without a word', () => {
    const context = { at, clientPid: null, stopDrains: 2, spill: () => ({ path: '', sha256: '' }) };
    expect(answerHook({ input: parseHookInput('{'), mailbox: mail, context })).toEqual({
      answer: null,
      print: '',
      delivered: [],
      channel: null,
      facts: [],
      stopDrains: 2,
    });
  });

  it('stays below what the client passes on whole, and names only what it holds', () => {
    const long = ['m1', 'm2', 'm3'].map((id) => message(id, 'x'.repeat(4_000)));
    const { answer: json, delivered } = answer('PostToolUse', {}, {}, long);
    expect(delivered).toEqual(['m1', 'm2']);
    const { additionalContext } = (json as { hookSpecificOutput: { additionalContext: string } })
      .hookSpecificOutput;
    expect(additionalContext.length).toBeLessThanOrEqual(9_500);
  });
});

describe('the end of a turn', () => {
  const stop = (isContinuation: boolean, stopDrains: number) =>
    answer('Stop', { stop_hook_active: isContinuation }, { stopDrains });

  it('is put off three times in a row at most', () => {
    let drains = 0;
    const delivered = [false, true, true, true].map((isContinuation) => {
      const result = stop(isContinuation, drains);
      drains = result.stopDrains;
      return result.delivered.length > 0;
    });
    expect(delivered).toEqual([true, true, true, false]);
    expect(drains).toBe(0);
  });

  it('counts from the beginning in a turn that nobody put off yet', () => {
    expect(stop(false, 3)).toMatchObject({ delivered: ['m1', 'm2'], stopDrains: 1 });
  });

  it('believes the client that a turn was put off even when nobody counted', () => {
    expect(stop(true, 0)).toMatchObject({ stopDrains: 2 });
  });

  it('is a fact only when the turn really ends', () => {
    expect(stop(false, 0).facts).toEqual([]);
    expect(stop(true, 3).facts).toMatchObject([{ kind: 'turn.stopped' }]);
  });

  it('forgets the count when the session starts anew', () => {
    expect(answer('SessionStart', { source: 'clear' }, { stopDrains: 3 }, []).stopDrains).toBe(0);
    expect(answer('PostToolUse', {}, { stopDrains: 3 }, []).stopDrains).toBe(3);
  });
});

describe('a context that was lost', () => {
  const rebrief = 'You are the developer of shop. [orc:m9] was yours.\u001b';
  const textOf = (result: { answer: object | null }) =>
    (result.answer as { hookSpecificOutput: { additionalContext: string } }).hookSpecificOutput
      .additionalContext;

  it.each(['compact', 'clear', 'resume'])('is told again after %s, before the mail', (source) => {
    const result = answer('SessionStart', { source }, { rebrief });
    expect(textOf(result)).toBe(`You are the developer of shop. (orc:m9] was yours.␛\n\n${mailText}`);
    expect(result.delivered).toEqual(['m1', 'm2']);
  });

  it('is told again without mail too', () => {
    const result = answer('SessionStart', { source: 'compact' }, { rebrief }, []);
    expect(textOf(result)).toBe('You are the developer of shop. (orc:m9] was yours.␛');
    expect(result).toMatchObject({ delivered: [], channel: 'SessionStart' });
  });

  it('is not told at a first start', () => {
    expect(textOf(answer('SessionStart', { source: 'startup' }, { rebrief }))).toBe(mailText);
  });

  it('leaves the mail for later when it takes the room', () => {
    const result = answer('SessionStart', { source: 'compact' }, { rebrief: 'x'.repeat(20_000) });
    expect(textOf(result)).toHaveLength(9_500);
    expect(result.delivered).toEqual([]);
  });

  it('is prepared: whoever summarises is told in plain text what must survive', () => {
    const result = answer('PreCompact', { trigger: 'auto' }, { survive: 'Keep the task t1.' });
    expect(result).toMatchObject({ answer: null, print: 'Keep the task t1.', delivered: [], channel: null });
  });
});

describe('facts', () => {
  const factOf = (event: string, fields: object = {}) => answer(event, fields, {}, []).facts;
  const session = { sessionId: 's1', transcriptPath: '/t.jsonl', clientPid: 4711, subagentId: null };

  it.each([
    ['SessionStart', { source: 'resume', model: 'large' }, 'session.started', { source: 'resume' }],
    ['SessionEnd', { reason: 'other' }, 'session.ended', { reason: 'other' }],
    ['SessionEnd', {}, 'session.ended', { reason: null }],
    ['UserPromptSubmit', { prompt: 'go on' }, 'prompt.submitted', { prompt: 'go on' }],
    ['UserPromptSubmit', { prompt: 'go on' }, 'prompt.submitted', { isOfClient: false }],
    ['UserPromptSubmit', { prompt: '\n<task-notification>\nx' }, 'prompt.submitted', { isOfClient: true }],
    [
      'UserPromptSubmit',
      { prompt: 'Your claude.ai usage limit has reset. Continue the task you were working on.' },
      'prompt.submitted',
      { isOfClient: true },
    ],
    ['PostToolUse', { tool_name: 'Bash', duration_ms: 3 }, 'tool.finished', { tool: 'Bash', durationMs: 3 }],
    [
      'PostToolUseFailure',
      { tool_name: 'Bash', error: 'Exit code 1' },
      'tool.failed',
      { error: 'Exit code 1', isInterrupt: false },
    ],
    ['Stop', { background_tasks: [{}] }, 'turn.stopped', { backgroundTasks: 1 }],
    [
      'StopFailure',
      { error: 'rate_limit', last_assistant_message: 'Limit reached' },
      'turn.failed',
      { error: 'rate_limit', lastMessage: 'Limit reached' },
    ],
    ['PreCompact', { trigger: 'auto' }, 'compact.started', { trigger: 'auto' }],
    ['PostCompact', { trigger: 'manual' }, 'compact.finished', { trigger: 'manual' }],
    [
      'PermissionRequest',
      { tool_name: 'Write', tool_input: { file_path: 'a' } },
      'permission.asked',
      { tool: 'Write', toolInput: '{"file_path":"a"}' },
    ],
    ['Notification', { notification_type: 'idle_prompt' }, 'notified', { type: 'idle_prompt' }],
  ])('%s %j is %s', (event, fields, kind, data) => {
    expect(factOf(event, fields)).toMatchObject([{ kind, at, data: { ...session, ...data } }]);
  });

  it.each(['clear', 'resume'])('do not end an agent whose client goes on after %s', (reason) => {
    expect(factOf('SessionEnd', { reason })).toEqual([]);
  });

  it('say that it was a sub-agent', () => {
    expect(factOf('PostToolUse', { agent_id: 'a1' })).toMatchObject([
      { kind: 'tool.finished', data: { subagentId: 'a1' } },
    ]);
  });

  it('hold excerpts, however much the client says', () => {
    const [fact] = factOf('PostToolUseFailure', { error: 'x'.repeat(1_000_000) });
    expect(fact).toMatchObject({ data: { error: `${'x'.repeat(499)}…` } });
  });

  it('survive input that is nested deeper than a stack', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const input = parseHookInput(`{"hook_event_name":"PermissionRequest","tool_input":${deep}}`);
    const context = { at, clientPid: null, stopDrains: 0, spill: () => ({ path: '', sha256: '' }) };
    expect(() => answerHook({ input, mailbox: [], context })).not.toThrow();
  });
});
