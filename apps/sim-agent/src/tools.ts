import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describeError } from '@orc/errors';
import { textOf } from './json.ts';

export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ToolResult {
  readonly isError: boolean;
  /** What the model reads; for a failed command it begins with its exit code. */
  readonly content: string;
  /** The object that hooks and the transcript get. */
  readonly response: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
}

export interface ToolOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Lines that a SessionStart hook left to be sourced before each command. */
  readonly environmentFile?: string | undefined;
}

const timeoutMs = 120_000;
const charactersMax = 30_000;
const drainMs = 1_000;

/** Runs a tool call for real. Never rejects: a tool that fails is a result with `isError`. */
export async function runTool(call: ToolCall, options: ToolOptions): Promise<ToolResult> {
  const startedAt = performance.now();
  const result = await runNamed(call, options);
  return { ...result, durationMs: Math.round(performance.now() - startedAt) };
}

function runNamed(call: ToolCall, options: ToolOptions): Promise<Omit<ToolResult, 'durationMs'>> {
  if (call.tool === 'Bash') return runBash(textOf(call.input['command']) ?? '', options);
  try {
    const path = resolve(options.cwd, textOf(call.input['file_path']) ?? '');
    if (call.tool === 'Write') return Promise.resolve(writeText(path, textOf(call.input['content']) ?? ''));
    if (call.tool === 'Read') return Promise.resolve(readText(path));
    return Promise.resolve(
      fail(`Error: No such tool available: ${call.tool}. The simulation has Bash, Read and Write.`),
    );
  } catch (error) {
    return Promise.resolve(fail(describeError(error)));
  }
}

function fail(content: string): Omit<ToolResult, 'durationMs'> {
  return { isError: true, content, response: {} };
}

function writeText(path: string, content: string): Omit<ToolResult, 'durationMs'> {
  const type = existsSync(path) ? 'update' : 'create';
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  const done = type === 'create' ? 'created' : 'updated';
  return {
    isError: false,
    content: `File ${done} successfully at: ${path}`,
    response: { type, filePath: path, content, structuredPatch: [] },
  };
}

function readText(path: string): Omit<ToolResult, 'durationMs'> {
  const content = readFileSync(path, 'utf8').slice(0, charactersMax);
  return { isError: false, content, response: { type: 'text', file: { filePath: path, content } } };
}

function runBash(command: string, options: ToolOptions): Promise<Omit<ToolResult, 'durationMs'>> {
  const { cwd, env, signal, environmentFile } = options;
  const isSourced = environmentFile !== undefined && existsSync(environmentFile);
  const script = isSourced ? `. "$CLAUDE_ENV_FILE"\n${command}` : command;
  return new Promise((settle) => {
    const child = spawn('/bin/sh', ['-c', script], {
      cwd,
      env: isSourced ? { ...env, CLAUDE_ENV_FILE: environmentFile } : env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const printed = { stdout: '', stderr: '' };
    let interrupted = false;
    const stop = () => {
      interrupted = true;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const limit = setTimeout(stop, timeoutMs);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (printed[name].length < charactersMax) printed[name] += text;
      });
    let isOver = false;
    const end = (exitCode: number | null) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(limit);
      signal.removeEventListener('abort', stop);
      const stdout = printed.stdout.replace(/\n+$/, '');
      const stderr = printed.stderr.replace(/\n+$/, '');
      const output = [stdout, stderr].filter((text) => text !== '').join('\n');
      const response = { stdout, stderr, interrupted, isImage: false, noOutputExpected: false };
      const isError = exitCode !== 0;
      settle({
        isError,
        content: isError ? `Exit code ${exitCode ?? 137}${output === '' ? '' : `\n${output}`}` : output,
        response,
      });
    };
    child.on('error', (error) => {
      printed.stderr += error.message;
      end(127);
    });
    child.on('close', end);
    // A program that the command left in the background may hold the pipes open for ever.
    child.on('exit', (exitCode) => void setTimeout(() => end(exitCode), drainMs));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
