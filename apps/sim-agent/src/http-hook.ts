import type { HookRun } from './hook-process.ts';
import type { HttpHook } from './settings.ts';
import { isRecord } from './json.ts';

/**
 * Posts an event. A JSON object with a 2xx status counts like a command's output; another body, another status, a
 * refused connection and a timeout count as a hook that printed nothing. Never rejects.
 */
export async function runHttpHook(
  hook: HttpHook,
  input: string,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<HookRun> {
  const startedAt = performance.now();
  const signals = [AbortSignal.timeout(options.timeoutMs), ...(options.signal ? [options.signal] : [])];
  const end = (outcome: HookRun['outcome'], stdout: string): HookRun => {
    const durationMs = Math.round(performance.now() - startedAt);
    return { outcome, exitCode: 0, stdout, stderr: '', durationMs };
  };
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...fillHeaders(hook, options.env) },
      body: input,
      signal: AbortSignal.any(signals),
    });
    const body = await response.text();
    return end('ended', response.ok && isJsonObject(body) ? body : '');
  } catch {
    return end(options.signal?.aborted ? 'aborted' : 'ended', '');
  }
}

/** `$NAME` and `${NAME}` are filled in for allowed names only; every other one becomes empty. */
export function fillHeaders(hook: HttpHook, env: NodeJS.ProcessEnv): Record<string, string> {
  const fill = (value: string) =>
    value.replace(/\$\{(\w+)\}|\$(\w+)/g, (_match, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      return hook.allowedVariables.includes(name) ? (env[name] ?? '') : '';
    });
  return Object.fromEntries(Object.entries(hook.headers).map(([name, value]) => [name, fill(value)]));
}

function isJsonObject(text: string): boolean {
  try {
    return isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}
