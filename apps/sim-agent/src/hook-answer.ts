import type { HookEvent } from './hook-events.ts';
import type { HookRun } from './hook-process.ts';
import { isRecord, textOf } from './json.ts';

/** What a hook's ending means to the client; what follows from it depends on the event. */
export type HookAnswer =
  | { readonly kind: 'nothing' }
  /** Plain text on stdout. Only SessionStart, UserPromptSubmit, PreCompact and PostCompact do anything with it. */
  | { readonly kind: 'plain'; readonly text: string }
  | {
      readonly kind: 'json';
      readonly context: string | undefined;
      readonly block: string | undefined;
      readonly stop: string | undefined;
      readonly systemMessage: string | undefined;
      readonly permission: Permission | undefined;
    }
  /** Exit code 2. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The output is dropped; the turn goes on. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'cancelled' };

export interface Permission {
  readonly behavior: 'allow' | 'deny' | 'ask';
  readonly reason: string | undefined;
}

const eventsWithContext: readonly HookEvent[] = [
  'SessionStart',
  'UserPromptSubmit',
  'UserPromptExpansion',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'Stop',
  'SubagentStart',
  'SubagentStop',
  'Setup',
];

const eventsWithPermission: readonly HookEvent[] = ['PreToolUse', 'PermissionRequest'];

/**
 * Judges a hook by its exit code and output. Stdout counts as JSON only when it is one object and nothing else;
 * JSON counts even with exit code 1. An object whose `hookEventName` is missing or another event's is dropped whole.
 */
export function readHookAnswer(event: HookEvent, run: HookRun): HookAnswer {
  if (run.outcome === 'timedOut' || run.outcome === 'aborted') return { kind: 'cancelled' };
  if (run.outcome === 'notStarted') return { kind: 'failed', why: run.stderr };
  if (run.exitCode === 2) return { kind: 'refused', reason: run.stderr.trim() };
  const output = findJsonObject(run.stdout);
  if (output) return readOutput(event, output);
  if (run.exitCode !== 0) {
    const status = run.exitCode === null ? 'a signal' : `status code ${run.exitCode}`;
    return { kind: 'failed', why: `Failed with ${status}: ${run.stderr.trim() || 'No stderr output'}` };
  }
  const text = run.stdout.trim();
  return text === '' ? { kind: 'nothing' } : { kind: 'plain', text };
}

function findJsonObject(stdout: string): Record<string, unknown> | undefined {
  const text = stdout.trim();
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readOutput(event: HookEvent, output: Record<string, unknown>): HookAnswer {
  const specific = output['hookSpecificOutput'];
  const problem = findProblem(event, output, specific);
  if (problem !== undefined)
    return {
      kind: 'failed',
      why: `Hook JSON output validation failed — ${problem}\n\nThe hook's output was: ${JSON.stringify(output, null, 2)}`,
    };
  const own = isRecord(specific) ? specific : {};
  return {
    kind: 'json',
    context: textOf(own['additionalContext']),
    block: output['decision'] === 'block' ? (textOf(output['reason']) ?? '') : undefined,
    stop: output['continue'] === false ? (textOf(output['stopReason']) ?? '') : undefined,
    systemMessage: textOf(output['systemMessage']),
    permission: readPermission(own),
  };
}

function findProblem(
  event: HookEvent,
  output: Record<string, unknown>,
  specific: unknown,
): string | undefined {
  const decision = output['decision'];
  if (decision !== undefined && decision !== 'block' && decision !== 'approve')
    return 'decision: expected "approve" | "block"';
  if (output['continue'] !== undefined && typeof output['continue'] !== 'boolean')
    return 'continue: expected a boolean';
  if (specific === undefined) return undefined;
  if (!isRecord(specific)) return 'hookSpecificOutput: expected an object';
  const known = [...eventsWithContext, ...eventsWithPermission];
  if (specific['hookEventName'] !== event || !known.includes(event))
    return `hookSpecificOutput.hookEventName: expected one of ${known.map((name) => `"${name}"`).join(' | ')}`;
  const context = specific['additionalContext'];
  if (context !== undefined && typeof context !== 'string')
    return 'hookSpecificOutput.additionalContext: expected a string';
  if (context !== undefined && !eventsWithContext.includes(event))
    return `hookSpecificOutput.additionalContext: not known for ${event}`;
  return undefined;
}

function readPermission(own: Record<string, unknown>): Permission | undefined {
  const decision = isRecord(own['decision']) ? own['decision'] : {};
  const behavior = own['permissionDecision'] ?? decision['behavior'];
  const reason = textOf(own['permissionDecisionReason']) ?? textOf(decision['message']);
  return behavior === 'allow' || behavior === 'deny' || behavior === 'ask' ? { behavior, reason } : undefined;
}
