import type { HookEvent } from './hook-events.ts';
import type { PermissionMode } from './options.ts';

/** What stands on every hook's stdin, whatever the event. */
export interface HookSubject {
  readonly sessionId: string;
  readonly transcriptPath: string;
  readonly cwd: string;
  /** Absent before the first prompt of a session. */
  readonly promptId: string | undefined;
  readonly permissionMode: PermissionMode;
}

export const effort = 'medium';

const eventsWithEffort: readonly HookEvent[] = [
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'PermissionRequest',
  'Stop',
  'SubagentStop',
  'StopFailure',
];

const eventsWithPermissionMode: readonly HookEvent[] = [
  ...eventsWithEffort.filter((event) => event !== 'StopFailure'),
  'UserPromptSubmit',
];

function hasEffort(event: HookEvent): boolean {
  return eventsWithEffort.includes(event);
}

/** The object on a hook's stdin, with the keys in the client's order. */
export function buildHookInput(
  event: HookEvent,
  subject: HookSubject,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { agent_id: agentId, agent_type: agentType, ...own } = fields;
  // A session in manual mode is called "default" towards hooks.
  const mode = subject.permissionMode === 'manual' ? 'default' : subject.permissionMode;
  return {
    session_id: subject.sessionId,
    transcript_path: subject.transcriptPath,
    cwd: subject.cwd,
    ...(subject.promptId !== undefined && { prompt_id: subject.promptId }),
    ...(eventsWithPermissionMode.includes(event) && { permission_mode: mode }),
    ...(agentId !== undefined && { agent_id: agentId, agent_type: agentType }),
    ...(hasEffort(event) && { effort: { level: effort } }),
    hook_event_name: event,
    ...own,
  };
}

/** The environment of hooks, tools and the status line: the client's own, and what it adds. */
export function buildChildEnvironment(
  env: NodeJS.ProcessEnv,
  subject: HookSubject,
  client: { readonly pid: number; readonly isPrint: boolean; readonly environmentFile?: string | undefined },
  event?: HookEvent,
): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OTEL_')));
  return {
    ...inherited,
    CLAUDECODE: '1',
    CLAUDE_PROJECT_DIR: subject.cwd,
    CLAUDE_CODE_SESSION_ID: subject.sessionId,
    CLAUDE_PID: String(client.pid),
    CLAUDE_CODE_ENTRYPOINT: entrypointOf(client.isPrint),
    CLAUDE_CODE_CHILD_SESSION: '1',
    AI_AGENT: 'claude-code',
    ...(event !== undefined && hasEffort(event) && { CLAUDE_EFFORT: effort }),
    ...(event === 'SessionStart' &&
      client.environmentFile !== undefined && { CLAUDE_ENV_FILE: client.environmentFile }),
  };
}

export function entrypointOf(isPrint: boolean): string {
  return isPrint ? 'sdk-cli' : 'cli';
}
