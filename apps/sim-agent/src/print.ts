import { assemble, type Basis } from './assemble.ts';
import { startSession } from './hook-effects.ts';
import { createSilentFront } from './silent-front.ts';
import { runTurn } from './turn.ts';

/** `-p`: answers one prompt. Returns what belongs on stdout and the exit code. */
export async function runPrint(
  basis: Basis,
  prompt: string,
  signal: AbortSignal,
): Promise<{ readonly output: string; readonly exitCode: number }> {
  const front = createSilentFront();
  const client = assemble(basis, front, {});
  const { session, hooks, meter, clock } = client;
  await startSession(
    client,
    basis.memory ? 'resume' : 'startup',
    basis.memory && describeResume(basis.memory, clock.now()),
  );
  const record = (operation: string, content?: string) =>
    session.transcript.addLoose({
      type: 'queue-operation',
      operation,
      timestamp: new Date(clock.now()).toISOString(),
      sessionId: session.id,
      ...(content !== undefined && { content }),
    });
  record('enqueue', prompt);
  record('dequeue');
  const end = await runTurn(client, { kind: 'prompt', text: prompt, shown: prompt, raw: prompt }, signal);
  await hooks.run('SessionEnd', { reason: 'other' });
  client.waiters.stopAll();
  const isError = end !== 'ended';
  if (!client.options.isJson) return { output: `${front.lastAnswer}\n`, exitCode: isError ? 1 : 0 };
  const result = {
    type: 'result',
    subtype: isError ? 'error_during_execution' : 'success',
    is_error: isError,
    result: front.lastAnswer,
    session_id: session.id,
    num_turns: session.turns,
    total_cost_usd: meter.costUsd,
    usage: { input_tokens: meter.usage?.inputTokens ?? 0, output_tokens: meter.usage?.outputTokens ?? 0 },
    duration_ms: clock.now() - meter.startedAt,
    terminal_reason: end === 'ended' ? 'completed' : end,
  };
  return { output: `${JSON.stringify(result)}\n`, exitCode: isError ? 1 : 0 };
}

/** What SessionStart says about a session that was resumed. */
export function describeResume(
  memory: { readonly lastAt: number; readonly characters: number },
  now: number,
): Record<string, unknown> {
  const seconds = Math.max(Math.floor((now - memory.lastAt) / 1_000), 0);
  return {
    seconds_since_last_response: seconds,
    context_tokens: Math.ceil(memory.characters / 4),
    prompt_cache_likely_expired: seconds > 300,
    estimated_cache_write_usd: 0,
  };
}
