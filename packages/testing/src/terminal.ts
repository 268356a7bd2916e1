import { spawn } from 'node-pty';
import { onTeardown } from './teardown.ts';

/** A program in a real terminal, as a person would use it. */
export interface Terminal {
  /** Everything the program has written so far, escape sequences included. */
  readonly output: string;
  /** Types text; a carriage return is Enter. */
  type(text: string): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
}

/** Starts a program on a 120 × 40 terminal; it is killed with the current test. */
export function openTerminal(
  file: string,
  args: string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Terminal {
  let output = '';
  const pty = spawn(file, args, { ...options, name: 'xterm-256color', cols: 120, rows: 40 });
  pty.onData((data) => (output += data));
  let isOver = false;
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      isOver = true;
      resolve(exitCode);
    });
  });
  onTeardown(() => {
    if (!isOver) pty.kill('SIGKILL');
  });
  return {
    get output() {
      return output;
    },
    type: (text) => pty.write(text),
    ended,
  };
}
