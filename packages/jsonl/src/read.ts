import { readFileSync } from 'node:fs';
import { isErrno } from '@orc/errors';

/** A line of a JSONL file: its value, or why it has none. Lines count from 1. */
export type JsonlLine =
  | { readonly line: number; readonly ok: true; readonly value: unknown }
  | { readonly line: number; readonly ok: false; readonly text: string };

/** Reads a whole file, empty when it does not exist. A damaged line is reported and never hides the rest. */
export function* readJsonl(path: string): Generator<JsonlLine> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line !== '') yield parseLine(line, index + 1);
  }
}

export function parseLine(text: string, line: number): JsonlLine {
  try {
    return { line, ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { line, ok: false, text };
  }
}
