import { z } from 'zod';
import { errors } from './errors.ts';

/*
 * What the client writes to a hook's stdin. Every field but the event's name may be missing or of another
 * type, because a client that renames a field must not cost an agent its mail: such a field is null.
 */

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null)
  .catch(null);
const amount = z
  .number()
  .nullish()
  .transform((value) => value ?? null)
  .catch(null);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value === true)
  .catch(false);
const count = z
  .array(z.unknown())
  .nullish()
  .transform((value) => value?.length ?? 0)
  .catch(0);

const session = z
  .object({
    session_id: text,
    transcript_path: text,
    cwd: text,
    prompt_id: text,
    permission_mode: text,
    agent_id: z.unknown().optional(),
  })
  .transform((raw) => ({
    sessionId: raw.session_id,
    transcriptPath: raw.transcript_path,
    directory: raw.cwd,
    promptId: raw.prompt_id,
    permissionMode: raw.permission_mode,
    /** Anything but null means that a sub-agent ran this hook, and that text would reach only that one. */
    subagentId: raw.agent_id === undefined || raw.agent_id === null ? null : nameOf(raw.agent_id),
  }));

function nameOf(agentId: unknown): string {
  return typeof agentId === 'string' || typeof agentId === 'number' ? String(agentId) : 'unnamed';
}

const tool = { tool_name: text, tool_input: z.unknown().optional(), tool_use_id: text };

const schemas = {
  SessionStart: z.object({ source: text, model: text }),
  SessionEnd: z.object({ reason: text }),
  UserPromptSubmit: z.object({ prompt: text }),
  PostToolUse: z.object({ ...tool, duration_ms: amount }).transform((raw) => ({
    tool: raw.tool_name,
    toolUseId: raw.tool_use_id,
    durationMs: raw.duration_ms,
  })),
  PostToolUseFailure: z
    .object({ ...tool, duration_ms: amount, error: text, is_interrupt: flag })
    .transform((raw) => ({
      tool: raw.tool_name,
      toolUseId: raw.tool_use_id,
      durationMs: raw.duration_ms,
      error: raw.error,
      isInterrupt: raw.is_interrupt,
    })),
  PermissionRequest: z
    .object(tool)
    .transform((raw) => ({ tool: raw.tool_name, toolInput: raw.tool_input ?? null })),
  Notification: z
    .object({ message: text, notification_type: text })
    .transform((raw) => ({ message: raw.message, type: raw.notification_type })),
  Stop: z
    .object({ stop_hook_active: flag, last_assistant_message: text, background_tasks: count })
    .transform((raw) => ({
      isContinuation: raw.stop_hook_active,
      lastMessage: raw.last_assistant_message,
      backgroundTasks: raw.background_tasks,
    })),
  StopFailure: z
    .object({ error: text, error_details: text, last_assistant_message: text })
    .transform((raw) => ({
      error: raw.error,
      details: raw.error_details,
      lastMessage: raw.last_assistant_message,
    })),
  PreCompact: z.object({ trigger: text }),
  PostCompact: z.object({ trigger: text }),
} as const;

/** The events that orc takes part in. */
export type HookEventName = keyof typeof schemas;

export type HookSession = z.output<typeof session>;

export type HookInput = {
  [Name in HookEventName]: { readonly event: Name } & Readonly<HookSession> &
    Readonly<z.output<(typeof schemas)[Name]>>;
}[HookEventName];

/** An event of a client that knows more of them; it is neither answered nor an error. */
export type UnknownHook = { readonly event: 'unknown'; readonly name: string } & Readonly<HookSession>;

/** Not a hook event at all. `error` is ORC_CLAUDE_HOOKS_BAD_INPUT and says why. */
export interface InvalidHook {
  readonly event: 'invalid';
  readonly error: ReturnType<typeof errors.badInput>;
}

export type ParsedHook = HookInput | UnknownHook | InvalidHook;

/** Reads the JSON of a hook's stdin. Never throws: what cannot be read comes back as `invalid`. */
export function parseHookInput(stdin: string): ParsedHook {
  const invalid = (problem: string, cause?: unknown): InvalidHook => ({
    event: 'invalid',
    error: errors.badInput(problem, stdin.slice(0, 200), cause),
  });
  if (stdin.trim() === '') return invalid('it is empty');
  let value: unknown;
  try {
    value = JSON.parse(stdin);
  } catch (error) {
    return invalid('it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid('it is not a JSON object');
  const name: unknown = (value as Record<string, unknown>)['hook_event_name'];
  if (typeof name !== 'string' || name === '') return invalid('hook_event_name is missing');
  const common = session.parse(value);
  if (!isHookEvent(name)) return { event: 'unknown', name, ...common };
  const own = schemas[name].parse(value);
  return { event: name, ...common, ...own } as HookInput;
}

function isHookEvent(name: string): name is HookEventName {
  return Object.hasOwn(schemas, name);
}
