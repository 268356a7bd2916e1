import { progressOf, type Client } from './client.ts';
import { recordHooks } from './hook-effects.ts';
import { buildStopSummary } from './records.ts';

/**
 * Runs the Stop hooks. Returns false when one of them made the turn go on; the text it said is then in the
 * conversation. After `stopCap` turns in a row the hooks are overridden.
 */
export async function endWithStopHooks(
  client: Client,
  turn: { readonly signal: AbortSignal; continued: number },
  lastMessage: string,
): Promise<boolean> {
  const { hooks, faults, session, conversation, front, stopCap } = client;
  if (faults.takeCounted('lostStop', progressOf(client))) return true;
  const outcome = await hooks.run(
    'Stop',
    {
      stop_hook_active: turn.continued > 0,
      last_assistant_message: lastMessage,
      background_tasks: [],
      session_crons: [],
    },
    { signal: turn.signal },
  );
  turn.signal.throwIfAborted();
  recordHooks(client, outcome);
  if (outcome.results.length > 0) session.transcript.add(buildStopSummary(outcome));
  if (outcome.stop !== undefined || outcome.contexts.length + outcome.blocks.length === 0) return true;
  turn.continued += 1;
  if (stopCap > 0 && turn.continued > stopCap) {
    front.showResult(
      `A Stop hook blocked the turn from ending ${turn.continued} consecutive times; it is overridden.`,
    );
    return true;
  }
  for (const context of outcome.contexts)
    conversation.addUser(
      `<system-reminder>\nStop hook additional context: ${context}\n</system-reminder>`,
      context,
    );
  for (const { command, text, isExitCode } of outcome.blocks) {
    conversation.addUser(`Stop hook feedback:\n${isExitCode ? `[${command}]: ` : ''}${text}`, text);
    // What "decision: block" says is paid for twice.
    if (!isExitCode)
      conversation.addSystem(`Stop hook blocking error from command "${command}": ${text}`, '');
  }
  if (outcome.blocks.length > 0) front.showNotice(`Ran ${outcome.results.length} stop hooks`);
  for (const { text } of outcome.blocks) front.showResult(`Stop hook reported a problem\n${text}`);
  return false;
}
