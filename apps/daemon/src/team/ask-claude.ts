import { tmpdir } from 'node:os';
import { runOrThrow } from '@orc/process';
import type { Parts } from '../parts.ts';

/** A plan is thought about for minutes, and read for milliseconds. */
const ANSWER_MS = 600_000;

/**
 * Asks the real client for a document of a given shape, outside of any project and without tools. Whether
 * the answer has that shape is for the caller to check.
 */
export function createAskClaude({ config, environment }: Pick<Parts, 'config' | 'environment'>) {
  return async (prompt: string, schema: unknown): Promise<unknown> => {
    const [file = 'claude', ...before] = config.claude.command;
    const shape = ['--output-format', 'json', '--json-schema', JSON.stringify(schema)];
    const args = [...before, '--print', ...shape, '--', prompt];
    const text = await runOrThrow(file, args, { cwd: tmpdir(), env: environment, timeoutMs: ANSWER_MS });
    const answer = JSON.parse(text) as { structured_output?: unknown; result?: string };
    return answer.structured_output ?? JSON.parse(answer.result ?? 'null');
  };
}
