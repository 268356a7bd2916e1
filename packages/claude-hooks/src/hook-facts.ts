import type { HookInput, ParsedHook } from './hook-input.ts';
import { cut } from './plain-text.ts';

/** What every fact knows about the session that it was seen in. */
export interface HookFactSession {
  readonly sessionId: string | null;
  readonly transcriptPath: string | null;
  readonly directory: string | null;
  readonly promptId: string | null;
  readonly permissionMode: string | null;
  /** Process id of the client, null when it did not say. */
  readonly clientPid: number | null;
  /** Not null when it happened inside a sub-agent: the agent itself may be idle meanwhile. */
  readonly subagentId: string | null;
}

interface ToolCall {
  readonly tool: string | null;
  readonly toolUseId: string | null;
  readonly durationMs: number | null;
}

interface FactFields {
  'session.started': { readonly source: string | null; readonly model: string | null };
  /** `isOfClient`: nobody typed it. The client reports what has ended, or goes on after a usage limit. */
  'prompt.submitted': { readonly prompt: string; readonly isOfClient: boolean };
  'tool.finished': ToolCall;
  'tool.failed': ToolCall & { readonly error: string; readonly isInterrupt: boolean };
  /** The turn is over. A Stop that mail turned into more work is no such fact. */
  'turn.stopped': { readonly backgroundTasks: number; readonly lastMessage: string };
  /** `error` is the client's own word: rate_limit, authentication_failed, server_error … */
  'turn.failed': { readonly error: string | null; readonly details: string; readonly lastMessage: string };
  /** The client itself ends. A session that only made room for another one is no such fact. */
  'session.ended': { readonly reason: string | null };
  'compact.started': { readonly trigger: string | null };
  'compact.finished': { readonly trigger: string | null };
  'permission.asked': { readonly tool: string | null; readonly toolInput: string };
  notified: { readonly type: string | null; readonly message: string };
}

export type HookFactKind = keyof FactFields;

/** Something that a hook observed. `at` is in ms since 1970. Texts are excerpts of at most 500 characters. */
export type HookFact = {
  [Kind in HookFactKind]: {
    readonly kind: Kind;
    readonly at: number;
    readonly data: HookFactSession & FactFields[Kind];
  };
}[HookFactKind];

/** How the prompts begin that the client 2.1 gives to itself. */
const REPORT_OF_CLIENT = /^\s*<task-notification>/;
const GOES_ON_AFTER_LIMIT = /^\s*Your claude\.ai usage limit has reset\. /;

/** The client goes on by itself, because its usage limit is over: nobody has to tell it to. */
export function goesOnAfterLimit(input: ParsedHook): boolean {
  return input.event === 'UserPromptSubmit' && GOES_ON_AFTER_LIMIT.test(input.prompt ?? '');
}

// With these the client goes on under a new session id, which its SessionStart reports.
const REASONS_OF_A_LIVING_CLIENT = new Set(['clear', 'resume']);
const EXCERPT_CHARACTERS = 500;

/** What the event says about the agent; empty when it says nothing. */
export function factsOf(
  input: HookInput,
  context: { readonly at: number; readonly clientPid: number | null; readonly isTurnContinued: boolean },
): HookFact[] {
  const session: HookFactSession = {
    sessionId: input.sessionId,
    transcriptPath: input.transcriptPath,
    directory: input.directory,
    promptId: input.promptId,
    permissionMode: input.permissionMode,
    clientPid: context.clientPid,
    subagentId: input.subagentId,
  };
  const fact = <Kind extends HookFactKind>(kind: Kind, fields: FactFields[Kind]) => [
    { kind, at: context.at, data: { ...session, ...fields } } as unknown as HookFact,
  ];
  switch (input.event) {
    case 'SessionStart':
      return fact('session.started', { source: input.source, model: input.model });
    case 'SessionEnd':
      return REASONS_OF_A_LIVING_CLIENT.has(input.reason ?? '')
        ? []
        : fact('session.ended', { reason: input.reason });
    case 'UserPromptSubmit':
      return fact('prompt.submitted', {
        prompt: excerpt(input.prompt),
        isOfClient: goesOnAfterLimit(input) || REPORT_OF_CLIENT.test(input.prompt ?? ''),
      });
    case 'PostToolUse':
      return fact('tool.finished', toolCall(input));
    case 'PostToolUseFailure':
      return fact('tool.failed', {
        ...toolCall(input),
        error: excerpt(input.error),
        isInterrupt: input.isInterrupt,
      });
    case 'Stop':
      return context.isTurnContinued
        ? []
        : fact('turn.stopped', {
            backgroundTasks: input.backgroundTasks,
            lastMessage: excerpt(input.lastMessage),
          });
    case 'StopFailure':
      return fact('turn.failed', {
        error: input.error,
        details: excerpt(input.details),
        lastMessage: excerpt(input.lastMessage),
      });
    case 'PreCompact':
      return fact('compact.started', { trigger: input.trigger });
    case 'PostCompact':
      return fact('compact.finished', { trigger: input.trigger });
    case 'PermissionRequest':
      return fact('permission.asked', {
        tool: input.tool,
        toolInput: excerpt(jsonOf(input.toolInput)),
      });
    case 'Notification':
      return fact('notified', { type: input.type, message: excerpt(input.message) });
  }
}

function toolCall(input: ToolCall): ToolCall {
  return { tool: input.tool, toolUseId: input.toolUseId, durationMs: input.durationMs };
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return ''; // Nested deeper than the stack: a fact without it is worth more than none.
  }
}

function excerpt(text: string | null): string {
  return cut(text ?? '', EXCERPT_CHARACTERS);
}
