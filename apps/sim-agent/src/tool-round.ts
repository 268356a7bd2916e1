import { progressOf, type Client } from './client.ts';
import { crashIfPlanned } from './crash.ts';
import { addHookTexts, recordHooks } from './hook-effects.ts';
import type { HookOutcome } from './hook-runner.ts';
import { pause } from './pause.ts';
import { buildToolResultRecord } from './records.ts';
import { runTool, type ToolCall, type ToolResult } from './tools.ts';

/** A call of an answer, with the id under which its result comes back. */
export interface PlacedCall extends ToolCall {
  readonly id: string;
  /** A person is asked first, as the scenario wants it. */
  readonly isAsking?: boolean;
  /** The record of the answer that made the call. */
  assistantUuid?: string;
}

/**
 * Runs the calls of one answer one after the other, each between its hooks, then PostToolBatch. Says whether the
 * turn goes on, was ended by a hook, or by a person who rejected a call.
 */
export async function runTools(
  client: Client,
  calls: readonly PlacedCall[],
  signal: AbortSignal,
): Promise<RoundEnd> {
  const batch: Record<string, unknown>[] = [];
  for (const call of calls) {
    const ended = await runOne(client, call, signal);
    batch.push({ ...fieldsOf(call), tool_response: ended.content });
    if (ended.end !== 'goesOn') return ended.end;
  }
  const outcome = await client.hooks.run('PostToolBatch', { tool_calls: batch }, { signal });
  signal.throwIfAborted();
  recordHooks(client, outcome);
  addHookTexts(client, outcome);
  return outcome.blocks.length > 0 || outcome.stop !== undefined ? 'ended' : 'goesOn';
}

type RoundEnd = 'goesOn' | 'ended' | 'rejected';

interface Ended {
  readonly content: string;
  readonly end: RoundEnd;
}

async function runOne(client: Client, call: PlacedCall, signal: AbortSignal): Promise<Ended> {
  const { hooks, front, session, scenario, pace } = client;
  const shown = { tool: call.tool, ...describeCall(call) };
  front.showTool(call.id, shown);
  const before = await hooks.run('PreToolUse', fieldsOf(call), { signal, toolUseId: call.id });
  signal.throwIfAborted();
  const denial = findDenial(before);
  if (denial !== undefined) return deny(client, call, before, denial);
  if (!(await isAllowed(client, call, before, signal))) return reject(client, call, before);
  await pause(scenario.toolMs * pace, signal);
  const result = await runTool(call, {
    cwd: client.cwd,
    env: client.childEnvironment(),
    signal,
    environmentFile: client.environmentFile(),
  });
  session.tools += 1;
  if (signal.aborted) {
    record(client, call, { ...result, isError: true, content: '[Request interrupted by user for tool use]' });
    front.endTool(call.id, true);
    signal.throwIfAborted();
  }
  const after = await runAfterHooks(client, call, result, signal);
  record(client, call, result);
  front.endTool(call.id, result.isError);
  for (const outcome of [before, after]) {
    recordHooks(client, outcome);
    addHookTexts(client, outcome);
  }
  signal.throwIfAborted();
  crashIfPlanned(client);
  const isStopped = before.stop !== undefined || (after.event === 'PostToolUse' && after.stop !== undefined);
  return { content: result.content, end: isStopped ? 'ended' : 'goesOn' };
}

function fieldsOf(call: PlacedCall): Record<string, unknown> {
  return { tool_name: call.tool, tool_input: call.input, tool_use_id: call.id };
}

function runAfterHooks(
  client: Client,
  call: PlacedCall,
  result: ToolResult,
  signal: AbortSignal,
): Promise<HookOutcome> {
  const { tool_name: name, tool_input: input, tool_use_id: id } = fieldsOf(call);
  const options = { signal, toolUseId: call.id };
  if (result.isError)
    return client.hooks.run(
      'PostToolUseFailure',
      {
        ...{ tool_name: name, tool_input: input, tool_use_id: id },
        error: result.content,
        is_interrupt: false,
        duration_ms: result.durationMs,
      },
      options,
    );
  const fields = { tool_name: name, tool_input: input, tool_response: result.response };
  return client.hooks.run(
    'PostToolUse',
    { ...fields, tool_use_id: id, duration_ms: result.durationMs },
    options,
  );
}

function findDenial(before: HookOutcome): string | undefined {
  const block = before.blocks[0];
  if (block) return block.isExitCode ? `[${block.command}]: ${block.text}` : block.text;
  return before.permission?.behavior === 'deny'
    ? (before.permission.reason ?? 'denied by a hook')
    : undefined;
}

function deny(client: Client, call: PlacedCall, before: HookOutcome, reason: string): Ended {
  const content = `PreToolUse:${call.tool} hook error: ${reason}`;
  record(client, call, { isError: true, content, response: {}, durationMs: 0 });
  client.front.endTool(call.id, true);
  recordHooks(client, before);
  addHookTexts(client, before);
  return { content, end: before.stop === undefined ? 'goesOn' : 'ended' };
}

/** Asks only when the scenario wants it: the simulation has no permission rules of its own. */
async function isAllowed(
  client: Client,
  call: PlacedCall,
  before: HookOutcome,
  signal: AbortSignal,
): Promise<boolean> {
  const isAsked =
    before.permission?.behavior === 'ask' ||
    call.isAsking === true ||
    client.faults.take('permissionDialog', progressOf(client));
  if (!isAsked) return true;
  const answer = await client.hooks.run(
    'PermissionRequest',
    { tool_name: call.tool, tool_input: call.input, permission_suggestions: [] },
    { signal, toolUseId: call.id },
  );
  signal.throwIfAborted();
  if (answer.permission?.behavior === 'allow') {
    client.front.showResult('Allowed by PermissionRequest hook');
    return true;
  }
  if (answer.permission?.behavior === 'deny') return false;
  const choice = await client.front.askPermission({ tool: call.tool, ...describeCall(call) }, signal);
  return choice === 'yes';
}

/** A rejected permission ends the turn, and no event tells of it. */
function reject(client: Client, call: PlacedCall, before: HookOutcome): Ended {
  const content =
    "The user doesn't want to proceed with this tool use. The tool use was rejected. STOP what you are doing and wait for the user to tell you how to proceed.";
  record(client, call, { isError: true, content, response: {}, durationMs: 0 });
  recordHooks(client, before);
  client.front.endTool(call.id, true, true);
  client.front.showResult(`Rejected ${call.tool === 'Bash' ? 'command' : call.tool.toLowerCase()}`);
  return { content, end: 'rejected' };
}

function record(client: Client, call: PlacedCall, result: ToolResult): void {
  client.session.transcript.add(
    buildToolResultRecord({
      promptId: client.session.promptId ?? '',
      toolUseId: call.id,
      content: result.content,
      isError: result.isError,
      response: result.isError ? `Error: ${result.content}` : result.response,
      assistantUuid: call.assistantUuid ?? '',
    }),
  );
  client.conversation.addToolResult(call.id, result.content, result.isError);
}

function describeCall(call: ToolCall): { readonly title: string; readonly detail: string } {
  const text = (key: string) => (typeof call.input[key] === 'string' ? call.input[key] : '');
  if (call.tool === 'Bash') return { title: text('description') || 'Bash', detail: text('command') };
  return { title: `${call.tool}(${text('file_path')})`, detail: text('content') };
}
