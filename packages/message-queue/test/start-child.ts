import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTeardown } from '@orc/testing';

export interface Child {
  readonly process: ChildProcess;
  /** Complete lines that the child has printed so far. */
  readonly lines: readonly string[];
  /** Resolves when the child ended well; rejects with what it said otherwise. */
  readonly ended: Promise<void>;
}

/** Runs `test/children/<name>.ts` as a process of its own, from the sources. It ends with the current test. */
export function startChild(
  name: string,
  args: readonly string[],
  options: { readonly uid?: number } = {},
): Child {
  const script = join(import.meta.dirname, 'children', `${name}.ts`);
  const child = spawn(process.execPath, ['--conditions=@orc/source', '--import', 'tsx', script, ...args], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...options,
  });
  const lines: string[] = [];
  let rest = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([exitCode, signal]) => {
    if (exitCode !== 0) throw new Error(`${name} ended with ${String(exitCode ?? signal)}: ${stderr}`);
  });
  ended.catch(() => undefined); // whoever waits for it hears of it
  onTeardown(async () => {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
  });
  return { process: child, lines, ended };
}
