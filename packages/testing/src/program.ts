import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { onTeardown } from './teardown.ts';

/** A TypeScript file that runs as a process of its own. */
export interface Program {
  readonly pid: number;
  /** The next line of its output that was not read yet. Fails when the program ends without one. */
  readLine(): Promise<string>;
  /** Writes a line to its input. */
  writeLine(text: string): void;
  /** Sends the signal and resolves once the program has ended. Default SIGKILL. */
  kill(signal?: NodeJS.Signals): Promise<ProgramEnd>;
  /** Resolves once the program has ended, whatever its exit code. */
  readonly ended: Promise<ProgramEnd>;
}

export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * Starts a TypeScript file that reads its neighbours' sources, as tests do. It is killed with the current
 * test. `file` is an absolute path.
 */
export function startProgram(
  file: string,
  args: readonly string[] = [],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Program {
  const child = spawn(process.execPath, ['--conditions=@orc/source', '--import', loader, file, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: 'pipe',
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stderr }));
  });
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal);
    return ended;
  };
  onTeardown(async () => void (await kill()));
  return {
    pid: child.pid ?? 0,
    ended,
    kill,
    writeLine: (text) => void child.stdin.write(`${text}\n`),
    async readLine() {
      const next = await lines.next();
      if (next.done === true) throw new Error(`${file} ended without another line: ${(await ended).stderr}`);
      return next.value;
    },
  };
}
