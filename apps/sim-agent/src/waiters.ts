import type { ChildProcess } from 'node:child_process';
import { readHookAnswer } from './hook-answer.ts';
import type { HookEvent } from './hook-events.ts';
import { signalHook, startHook } from './hook-process.ts';
import type { CommandHook } from './settings.ts';

/** Text of a background hook that ended with exit code 2: it starts a turn, or joins the running one. */
export interface Wake {
  /** What the hook wrote to stderr. */
  readonly text: string;
  /** The whole user message that the model gets. */
  readonly message: string;
  /** The line on the screen. */
  readonly summary: string;
}

export interface Waiters {
  /** Starts a hook that the session does not wait for. Several may run at once; nothing replaces an older one. */
  start(hook: CommandHook, event: HookEvent, hookName: string, input: string, env: NodeJS.ProcessEnv): void;
  /** Sends SIGTERM to every one that still runs, and lets none of them wake the session any more. */
  stopAll(): void;
}

const defaultTimeoutMs = 600_000;

export function createWaiters(deps: {
  readonly cwd: string;
  readonly onWake: (wake: Wake) => void;
  /** The context of an `async` hook that ended with 0; it goes out with the next request, without a label. */
  readonly onContext: (text: string) => void;
}): Waiters {
  const running = new Set<ChildProcess>();
  return {
    start(hook, event, hookName, input, env) {
      const child = startHook(hook, { cwd: deps.cwd, env });
      const printed = { stdout: '', stderr: '' };
      running.add(child);
      const limit = setTimeout(() => signalHook(child, 'SIGTERM'), hook.timeoutMs ?? defaultTimeoutMs);
      for (const name of ['stdout', 'stderr'] as const)
        child[name]?.setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
      child.on('error', () => {
        clearTimeout(limit);
        running.delete(child);
      });
      child.on('close', (exitCode) => {
        clearTimeout(limit);
        if (!running.delete(child)) return;
        if (hook.isAsyncRewake && exitCode === 2) deps.onWake(buildWake(hook, hookName, printed.stderr));
        else {
          const run = { outcome: 'ended', exitCode, ...printed, durationMs: 0 } as const;
          const answer = readHookAnswer(event, run);
          if (answer.kind === 'json' && answer.context !== undefined) deps.onContext(answer.context);
        }
      });
    },
    stopAll() {
      for (const child of running) signalHook(child, 'SIGTERM');
      running.clear();
    },
  };
}

/** Pure: the envelope in which the client hands a waiter's text to the model. */
function buildWake(
  hook: Pick<CommandHook, 'rewakeMessage' | 'rewakeSummary'>,
  hookName: string,
  stderr: string,
): Wake {
  const text = stderr.trim();
  const summary = hook.rewakeSummary ?? 'Stop hook feedback';
  const prefix = hook.rewakeMessage ?? `Stop hook blocking error from command "${hookName}":`;
  const message = [
    '<task-notification>',
    `<summary>${summary}</summary>`,
    '</task-notification>',
    '<system-reminder>',
    `${prefix} ${text}`,
    '</system-reminder>',
  ].join('\n');
  return { text, message, summary };
}
