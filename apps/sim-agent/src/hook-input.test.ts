import { expect, test } from 'vitest';
import type { HookEvent } from './hook-events.ts';
import { buildChildEnvironment, buildHookInput, type HookSubject } from './hook-input.ts';

const subject: HookSubject = {
  sessionId: 's',
  transcriptPath: '/config/projects/-project/s.jsonl',
  cwd: '/project',
  promptId: 'p',
  permissionMode: 'manual',
};
const common = ['session_id', 'transcript_path', 'cwd', 'prompt_id'];

test('gives each event the keys that the client gives it, in its order', () => {
  const keys = (event: HookEvent, fields: Record<string, unknown>) =>
    Object.keys(buildHookInput(event, subject, fields));
  expect(keys('UserPromptSubmit', { prompt: 'x' })).toEqual([
    ...common,
    'permission_mode',
    'hook_event_name',
    'prompt',
  ]);
  expect(keys('PreToolUse', { tool_name: 'Bash', tool_input: {}, tool_use_id: 't' })).toEqual([
    ...common,
    'permission_mode',
    'effort',
    'hook_event_name',
    'tool_name',
    'tool_input',
    'tool_use_id',
  ]);
  expect(keys('StopFailure', { error: 'rate_limit' })).toEqual([
    ...common,
    'effort',
    'hook_event_name',
    'error',
  ]);
  expect(keys('SessionEnd', { reason: 'other' })).toEqual([...common, 'hook_event_name', 'reason']);
  expect(keys('SubagentStop', { stop_hook_active: false, agent_id: 'a', agent_type: '' })).toEqual([
    ...common,
    'permission_mode',
    'agent_id',
    'agent_type',
    'effort',
    'hook_event_name',
    'stop_hook_active',
  ]);
});

test('leaves the prompt id out before the first prompt, and calls manual mode default', () => {
  const input = buildHookInput('UserPromptSubmit', { ...subject, promptId: undefined }, { prompt: 'x' });
  expect(input).not.toHaveProperty('prompt_id');
  expect(input).toMatchObject({ permission_mode: 'default' });
});

test('adds the variables of the client to its own environment and takes telemetry out', () => {
  const client = { pid: 7, isPrint: false, environmentFile: '/env.sh' };
  const env = { ORC_AGENT: 'shop/developer', OTEL_METRICS_EXPORTER: 'otlp' };
  const stop = buildChildEnvironment(env, subject, client, 'Stop');
  expect(stop).toMatchObject({
    ORC_AGENT: 'shop/developer',
    CLAUDECODE: '1',
    CLAUDE_PROJECT_DIR: '/project',
    CLAUDE_CODE_SESSION_ID: 's',
    CLAUDE_PID: '7',
    CLAUDE_CODE_ENTRYPOINT: 'cli',
    CLAUDE_EFFORT: 'medium',
  });
  expect(stop).not.toHaveProperty('OTEL_METRICS_EXPORTER');
  expect(stop).not.toHaveProperty('CLAUDE_ENV_FILE');
  const start = buildChildEnvironment(env, subject, client, 'SessionStart');
  expect(start).toMatchObject({ CLAUDE_ENV_FILE: '/env.sh' });
  expect(start).not.toHaveProperty('CLAUDE_EFFORT');
});
