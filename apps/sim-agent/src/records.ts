import { createHash, randomUUID } from 'node:crypto';
import type { HookOutcome, HookResult } from './hook-runner.ts';
import { effort } from './hook-input.ts';

/** A record as it is built; the transcript adds the chain, the time and what all records share. */
export type Body = Readonly<Record<string, unknown>>;

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The records of an event's hooks, in the order of the client's own: what a hook printed, then what of it counts. */
export function buildHookRecords(outcome: HookOutcome): Body[] {
  return outcome.results.flatMap((result, index) => hookRecordsOf(outcome, result, index));
}

function hookRecordsOf(outcome: HookOutcome, result: HookResult, index: number): Body[] {
  const { event, hookName, toolUseId } = outcome;
  const { run, answer, command } = result;
  const base = { hookName, toolUseID: toolUseId, hookEvent: event };
  const exitCode = run.exitCode ?? -1;
  const ran = { command, durationMs: run.durationMs };
  const success = (content: string) => ({
    type: 'hook_success',
    ...base,
    content,
    stdout: run.stdout,
    stderr: run.stderr,
    exitCode,
    ...ran,
  });
  switch (answer.kind) {
    case 'nothing':
      return [];
    case 'cancelled':
      return [attach(event, { type: 'hook_cancelled', ...base, ...ran })];
    case 'failed': {
      const printed = { stderr: answer.why, stdout: run.stdout, exitCode };
      return [attach(event, { type: 'hook_non_blocking_error', ...base, ...printed, ...ran })];
    }
    case 'refused': {
      const blockingError = { blockingError: answer.reason, command };
      return [attach(event, { type: 'hook_blocking_error', ...base, blockingError })];
    }
    case 'plain': {
      const content = outcome.texts.find((text) => text.command === command)?.text ?? '';
      const isRead = event === 'SessionStart' || event === 'UserPromptSubmit';
      return [attach(event, success(isRead ? content : ''))];
    }
    case 'json': {
      const record = attach(event, success(''));
      return hasContext(result) ? [record, contextRecordOf(outcome, index)] : [record];
    }
  }
}

function hasContext({ answer }: HookResult): boolean {
  return answer.kind === 'json' && answer.context !== undefined && answer.context !== '';
}

function contextRecordOf(outcome: HookOutcome, index: number): Body {
  const { event, hookName, toolUseId } = outcome;
  // As `summarize` kept it: a long one is a preview there.
  const context = outcome.contexts[outcome.results.slice(0, index).filter(hasContext).length] ?? '';
  // The client names the SessionStart context without its source.
  const named =
    event === 'SessionStart' ? { hookName: event, toolUseID: event } : { hookName, toolUseID: toolUseId };
  const text = `${named.hookName} hook additional context: ${context}`;
  return {
    ...attach(event, { type: 'hook_additional_context', content: [context], ...named, hookEvent: event }),
    rendered: [{ content: `<system-reminder>\n${text}\n</system-reminder>` }],
    renderedRole: 'system',
  };
}

function attach(event: HookOutcome['event'], value: Body): Body {
  const batch = event === 'PostToolBatch' ? { accountMemoryBatch: false } : {};
  return { attachment: { ...value, ...batch }, type: 'attachment' };
}

export function buildStopSummary(outcome: HookOutcome): Body {
  return {
    type: 'system',
    subtype: 'stop_hook_summary',
    hookCount: outcome.results.length,
    hookInfos: outcome.results.map(({ command, run }) => ({ command, durationMs: run.durationMs })),
    hookErrors: outcome.blocks.map(({ text }) => text),
    failedHookErrorIndexes: [],
    hookAdditionalContext: outcome.contexts,
    preventedContinuation: outcome.stop !== undefined,
    stopReason: outcome.stop ?? '',
    hasOutput: outcome.results.some(({ run }) => run.stdout.trim() !== ''),
    level: 'suggestion',
    toolUseID: outcome.toolUseId,
  };
}

export type PromptSource = 'typed' | 'system' | 'sdk';

export function buildUserRecord(input: {
  readonly text: string;
  readonly promptId: string;
  readonly permissionMode: string;
  readonly source: PromptSource;
  readonly promptIndex: number;
  readonly turnIndex: number;
}): Body {
  const origins = {
    typed: { origin: { kind: 'human' }, promptSource: 'typed', turnOrigin: 'human' },
    system: {
      origin: { kind: 'task-notification', producer: 'session-task' },
      promptSource: 'system',
      turnOrigin: 'task_notification',
    },
    sdk: { promptSource: 'sdk', turnOrigin: 'sdk' },
  } as const;
  return {
    promptId: input.promptId,
    type: 'user',
    message: { role: 'user', content: input.text },
    permissionMode: input.permissionMode,
    ...origins[input.source],
    turnPosition: { promptIndex: input.promptIndex, turnIndex: input.turnIndex },
    ...(input.source === 'system' && { queueSkipAttachments: true }),
  };
}

export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: Body };

/** One block of one answer. The blocks of an answer share `requestId`; count its usage once. */
export function buildAssistantRecord(input: {
  readonly block: ContentBlock;
  readonly blockIndex: number;
  readonly messageId: string;
  readonly requestId: string;
  readonly requestRef: string;
  readonly model: string;
  readonly stopReason: 'tool_use' | 'end_turn';
  readonly usage: Usage;
}): Body {
  return {
    message: {
      id: input.messageId,
      type: 'message',
      role: 'assistant',
      model: input.model,
      content: [input.block],
      stop_reason: input.stopReason,
      stop_sequence: null,
      usage: {
        input_tokens: input.usage.inputTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: input.usage.outputTokens,
        output_tokens_details: { thinking_tokens: 0 },
        server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
        service_tier: 'standard',
        cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
        inference_geo: '',
        iterations: [],
        speed: 'standard',
        fallback_credit: null,
      },
      stop_details: null,
    },
    ...(input.block.type === 'tool_use' && { toolInputStreamMs: 1 }),
    apiBlockIndex: input.blockIndex,
    requestId: input.requestId,
    requestRef: input.requestRef,
    requestedModel: input.model,
    promptCacheRequested: '5m',
    type: 'assistant',
    effort,
    perTurnEffort: effort,
    madeBy: 'model',
  };
}

/** The record that ends a turn which met a limit or an error of the API. Nothing of that turn was seen. */
export function buildSyntheticRecord(input: {
  readonly text: string;
  readonly requestId: string;
  readonly error: string;
  readonly status: number;
  readonly errorType: string;
  readonly limit?: { readonly resetsAt: number; readonly rateLimitType: string } | undefined;
}): Body {
  const info = input.limit && { status: 'rejected', ...input.limit, isUsingOverage: false };
  return {
    type: 'assistant',
    message: {
      diagnostics: null,
      id: randomUUID(),
      container: null,
      model: '<synthetic>',
      role: 'assistant',
      stop_details: null,
      stop_reason: 'stop_sequence',
      stop_sequence: '',
      type: 'message',
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
      },
      content: [{ type: 'text', text: input.text }],
      context_management: null,
    },
    requestId: input.requestId,
    ...(info && {
      apiError: 'usage_limit_reached',
      apiErrorParams: { rate_limit_info: info },
      quotaLimits: { ...info, unifiedRateLimitFallbackAvailable: false },
    }),
    error: input.error,
    isApiErrorMessage: true,
    apiErrorStatus: input.status,
    apiErrorType: input.errorType,
    perTurnEffort: effort,
    failedResponseHadNoToolCall: true,
    madeBy: 'model',
  };
}

export function buildToolResultRecord(input: {
  readonly promptId: string;
  readonly toolUseId: string;
  readonly content: string;
  readonly isError: boolean;
  readonly response: unknown;
  readonly assistantUuid: string;
}): Body {
  return {
    promptId: input.promptId,
    type: 'user',
    message: {
      role: 'user',
      content: [
        {
          tool_use_id: input.toolUseId,
          type: 'tool_result',
          content: input.content,
          is_error: input.isError,
        },
      ],
    },
    toolUseResult: input.response,
    sandboxed: false,
    sourceToolAssistantUUID: input.assistantUuid,
    permissionDecision: { decision: 'accept', source: 'config', reasonType: 'mode' },
  };
}

/** A message of a request, kept by its hash; it stands before the `api-request` that sent it. */
export function buildRequestBlob(sessionId: string, message: Body): Body {
  const hash = createHash('sha256').update(JSON.stringify(message)).digest('hex');
  return { type: 'api-request-blob', sessionId, hash, message };
}
