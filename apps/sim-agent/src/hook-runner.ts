import { randomUUID } from 'node:crypto';
import { readHookAnswer, type HookAnswer, type Permission } from './hook-answer.ts';
import { findMatchedValue, isMatch, type HookEvent } from './hook-events.ts';
import { buildHookInput, type HookSubject } from './hook-input.ts';
import { labelOf, runCommandHook, type HookRun } from './hook-process.ts';
import { runHttpHook } from './http-hook.ts';
import { shortenHookText } from './long-text.ts';
import type { CommandHook, Hook, HookRule } from './settings.ts';
import type { Waiters } from './waiters.ts';

/** One hook of an event, after it ended. */
export interface HookResult {
  /** The command line, or the address of an http hook. */
  readonly command: string;
  readonly run: HookRun;
  readonly answer: HookAnswer;
}

/** What all the hooks of one event came to. The lists are in the order of the settings. */
export interface HookOutcome {
  readonly event: HookEvent;
  /** With the matched value, such as `PostToolUse:Bash`; the name that the model sees. */
  readonly hookName: string;
  /** The tool call that the event is about, or an id of its own. */
  readonly toolUseId: string;
  readonly results: readonly HookResult[];
  /** `additionalContext`, long texts replaced by a preview. */
  readonly contexts: readonly string[];
  /** Plain stdout. */
  readonly texts: readonly { readonly command: string; readonly text: string }[];
  readonly blocks: readonly {
    readonly command: string;
    readonly text: string;
    readonly isExitCode: boolean;
  }[];
  /** The reason of the first hook that said `"continue": false`. */
  readonly stop: string | undefined;
  readonly systemMessages: readonly string[];
  readonly permission: Permission | undefined;
}

export interface HookRunner {
  /**
   * Runs every matching hook at the same time and waits for those that are not in the background. Never rejects:
   * a bad hook is a result.
   */
  run(
    event: HookEvent,
    fields: Readonly<Record<string, unknown>>,
    options?: { readonly signal?: AbortSignal; readonly toolUseId?: string },
  ): Promise<HookOutcome>;
  has(event: HookEvent): boolean;
}

const defaultTimeoutMs = 600_000;
const eventTimeoutsMs: Partial<Record<HookEvent, number>> = {
  UserPromptSubmit: 30_000,
  MessageDisplay: 10_000,
  SessionEnd: 1_500,
};
const sessionEndTimeoutMaxMs = 60_000;

export function createHookRunner(deps: {
  readonly rules: readonly HookRule[];
  readonly subject: () => HookSubject;
  readonly environment: (event: HookEvent) => NodeJS.ProcessEnv;
  /** Where texts that are too long are kept. */
  readonly resultsDirectory: () => string;
  readonly waiters: Waiters;
  /** True when this event's additional context is to be read and thrown away, as by a client with a defect. */
  readonly dropsContext?: (event: HookEvent) => boolean;
}): HookRunner {
  const findHooks = (event: HookEvent, fields: Readonly<Record<string, unknown>>): Hook[] => {
    const value = findMatchedValue(event, fields);
    const hooks = deps.rules
      .filter((rule) => rule.event === event && isMatch(rule.matcher, value))
      // The client silently never calls an http hook for these two.
      .filter((rule) => rule.hook.type !== 'http' || (event !== 'SessionStart' && event !== 'Setup'))
      .map((rule) => rule.hook);
    // The same hook in two files runs once.
    return [...new Map(hooks.map((hook) => [JSON.stringify(hook), hook])).values()];
  };
  return {
    has: (event) => deps.rules.some((rule) => rule.event === event),
    async run(event, fields, { signal, toolUseId = ownIdOf(event) } = {}) {
      const hookName = nameOf(event, fields);
      const hooks = findHooks(event, fields);
      const env = deps.environment(event);
      const subject = deps.subject();
      const input = `${JSON.stringify(buildHookInput(event, subject, fields))}\n`;
      const background = hooks.filter(isInBackground);
      for (const hook of background) deps.waiters.start(hook, event, hookName, input, env);
      const results = await Promise.all(
        hooks
          .filter((hook) => !background.some((other) => other === hook))
          .map(async (hook): Promise<HookResult> => {
            const timeoutMs = timeoutOf(event, hook);
            const run =
              hook.type === 'http'
                ? await runHttpHook(hook, input, { env, timeoutMs, signal })
                : await runCommandHook(hook, input, { cwd: subject.cwd, env, timeoutMs, signal });
            const command = hook.type === 'http' ? hook.url : labelOf(hook);
            const answer = readHookAnswer(event, run);
            const isDropped = answer.kind === 'json' && answer.context && deps.dropsContext?.(event);
            return { command, run, answer: isDropped ? { ...answer, context: undefined } : answer };
          }),
      );
      const shorten = (text: string) =>
        shortenHookText(text, deps.resultsDirectory(), `hook-${randomUUID()}`);
      return summarize({ event, hookName, toolUseId, results }, shorten);
    },
  };
}

/** Pure but for `shorten`: gathers the results of an event's hooks. */
export function summarize(
  base: Pick<HookOutcome, 'event' | 'hookName' | 'toolUseId' | 'results'>,
  shorten: (text: string) => string,
): HookOutcome {
  const contexts: string[] = [];
  const texts: { command: string; text: string }[] = [];
  const blocks: { command: string; text: string; isExitCode: boolean }[] = [];
  const systemMessages: string[] = [];
  let stop: string | undefined;
  let permission: Permission | undefined;
  for (const { command, answer } of base.results) {
    if (answer.kind === 'plain') texts.push({ command, text: shorten(answer.text) });
    if (answer.kind === 'refused') blocks.push({ command, text: answer.reason, isExitCode: true });
    if (answer.kind !== 'json') continue;
    if (answer.context !== undefined && answer.context !== '') contexts.push(shorten(answer.context));
    if (answer.block !== undefined) blocks.push({ command, text: answer.block, isExitCode: false });
    if (answer.systemMessage !== undefined) systemMessages.push(answer.systemMessage);
    stop ??= answer.stop;
    permission ??= answer.permission;
  }
  return { ...base, contexts, texts, blocks, stop, systemMessages, permission };
}

function isInBackground(hook: Hook): hook is CommandHook {
  return hook.type === 'command' && (hook.isAsync || hook.isAsyncRewake);
}

function nameOf(event: HookEvent, fields: Readonly<Record<string, unknown>>): string {
  const value = findMatchedValue(event, fields);
  return value === undefined || value === '' ? event : `${event}:${value}`;
}

function ownIdOf(event: HookEvent): string {
  return event === 'SessionStart' || event === 'Stop' ? randomUUID() : `hook-${randomUUID()}`;
}

function timeoutOf(event: HookEvent, hook: Hook): number {
  const limit = eventTimeoutsMs[event] ?? defaultTimeoutMs;
  if (event !== 'SessionEnd') return hook.timeoutMs ?? limit;
  return Math.min(Math.max(hook.timeoutMs ?? limit, limit), sessionEndTimeoutMaxMs);
}
