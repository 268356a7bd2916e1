import type { Client } from './client.ts';
import type { HookOutcome } from './hook-runner.ts';
import { buildHookRecords } from './records.ts';

/** Writes an event's hooks to the transcript. Whatever counts as "accepted" must be in the conversation as well. */
export function recordHooks(client: Client, outcome: HookOutcome): void {
  for (const record of buildHookRecords(outcome)) client.session.transcript.add(record);
  for (const message of outcome.systemMessages) client.front.showResult(`${outcome.event} says: ${message}`);
}

/** Puts what the hooks said for the model into the conversation, in the words the client uses. */
export function addHookTexts(client: Client, outcome: HookOutcome): void {
  const { event, hookName, contexts, texts, blocks } = outcome;
  const { conversation } = client;
  // The client leaves the source out before additional context, and only there.
  const contextName = event === 'SessionStart' ? event : hookName;
  if (event === 'SessionStart' || event === 'UserPromptSubmit')
    for (const { text } of texts) conversation.addSystem(`${hookName} hook success: ${text}`, text);
  for (const context of contexts)
    conversation.addSystem(`${contextName} hook additional context: ${context}`, context);
  if (event === 'PostToolUse' || event === 'PostToolUseFailure')
    for (const { command, text, isExitCode } of blocks) {
      const label = isExitCode ? `[${command}]: ` : '';
      conversation.addSystem(
        `${hookName} hook blocking error from command: "${command}": ${label}${text}`,
        text,
      );
    }
}

/** Runs the SessionStart hooks and puts what they say before the next request. */
export async function startSession(
  client: Client,
  source: 'startup' | 'resume' | 'clear' | 'compact',
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  // The model's name stands there in the interactive client only, and not after /clear or on resume.
  const isNamed = !client.options.isPrint && (source === 'startup' || source === 'compact');
  const model = isNamed ? { model: client.options.model } : {};
  const outcome = await client.hooks.run('SessionStart', { source, ...model, ...more });
  recordHooks(client, outcome);
  addHookTexts(client, outcome);
}
