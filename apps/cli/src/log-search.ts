import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readTranscriptEntry } from '@orc/agent-runtime';
import type { RouteOutput } from '@orc/contracts';
import { readJsonl } from '@orc/jsonl';

type Source = RouteOutput<'agentLogs'>['sources'][number];

/** A line that an agent said, ran, read or showed. */
export interface LogLine {
  readonly type: Source['type'];
  readonly path: string;
  /** Line of the file, from 1. */
  readonly line: number;
  /** In ms since 1970: of the record in a transcript, of the whole file elsewhere. */
  readonly at: number;
  readonly who: 'user' | 'agent' | 'tool' | 'window';
  readonly text: string;
}

export interface LogQuery {
  readonly pattern?: RegExp | undefined;
  readonly since?: number | undefined;
  /** How many of the last lines are kept, and with them how much memory is used. */
  readonly tail: number;
}

/** The last lines that match, the oldest first. Files of any length are read piece by piece. */
export async function searchLogs(sources: readonly Source[], query: LogQuery): Promise<LogLine[]> {
  const { pattern, since = 0, tail } = query;
  const kept: LogLine[] = [];
  for (const source of sources) {
    const lines = source.type === 'transcript' ? readTranscript(source) : readText(source);
    for await (const line of lines) {
      if (line.at < since || (pattern && !pattern.test(line.text))) continue;
      kept.push(line);
      if (kept.length > 2 * tail) kept.splice(0, kept.length - tail);
    }
  }
  return kept.sort((one, other) => one.at - other.at).slice(-tail);
}

function* readTranscript({ type, path, at: begunAt }: Source): Generator<LogLine> {
  let at = begunAt;
  for (const record of readJsonl(path)) {
    const entry = record.ok ? readTranscriptEntry(record.value) : undefined;
    if (!entry) continue;
    at = entry.at ?? at;
    for (const text of entry.text.split('\n'))
      if (text.trim() !== '') yield { type, path, line: record.line, at, who: entry.who, text };
  }
}

async function* readText({ type, path, at }: Source): AsyncGenerator<LogLine> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() !== '') yield { type, path, line, at, who: 'window', text };
  }
}
