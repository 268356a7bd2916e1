import { spawn, type ChildProcess } from 'node:child_process';
import type { CommandHook } from './settings.ts';

/** How a hook ended and what it printed. */
export interface HookRun {
  readonly outcome: 'ended' | 'timedOut' | 'aborted' | 'notStarted';
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface HookProcessOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

// A child left in the background that still holds stdout makes the client drop the output after this long.
const drainMs = 500;
const killMs = 2_000;

/** What the model and the user are shown as the hook's name. */
export function labelOf(hook: CommandHook): string {
  return [hook.command, ...(hook.args ?? [])].join(' ');
}

/** Starts a hook without a controlling terminal, as the leader of its own group, so that its children end with it. */
export function startHook(hook: CommandHook, options: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess {
  const [file, args] = hook.args ? [hook.command, [...hook.args]] : ['/bin/sh', ['-c', hook.command]];
  return spawn(file, args, { cwd: options.cwd, env: options.env, stdio: 'pipe', detached: true });
}

/** Signals a hook and all that it started; one that already ended is no error. */
export function signalHook(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone.
  }
}

/** Runs a hook to its end, its time limit, or the abort of its turn, whichever comes first. Never rejects. */
export function runCommandHook(
  hook: CommandHook,
  input: string,
  options: HookProcessOptions,
): Promise<HookRun> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const printed = { stdout: '', stderr: '' };
    let exitCode: number | null = null;
    let isDone = false;
    const child = startHook(hook, options);
    const finish = (outcome: HookRun['outcome'], isOutputKept: boolean) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(limit);
      options.signal?.removeEventListener('abort', abort);
      const text = isOutputKept ? printed : { stdout: '', stderr: '' };
      resolve({ outcome, exitCode, ...text, durationMs: Math.round(performance.now() - startedAt) });
    };
    const stop = (outcome: 'timedOut' | 'aborted') => {
      signalHook(child, 'SIGTERM');
      setTimeout(() => signalHook(child, 'SIGKILL'), killMs).unref();
      finish(outcome, false);
    };
    const abort = () => stop('aborted');
    const limit = setTimeout(() => stop('timedOut'), options.timeoutMs);
    if (options.signal?.aborted) abort();
    else options.signal?.addEventListener('abort', abort);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
    }
    // A hook need not read its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    child.on('error', (error) => {
      printed.stderr += error.message;
      finish('notStarted', true);
    });
    child.on('exit', (code) => {
      exitCode = code;
      setTimeout(() => finish('ended', false), drainMs).unref();
    });
    child.on('close', () => finish('ended', true));
  });
}
