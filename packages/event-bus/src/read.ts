import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import { readJsonl, type JsonlLine } from '@orc/jsonl';
import { z } from 'zod';
import { createMatcher } from './glob.ts';
import { severities, type BusEvent } from './types.ts';

/** A line that is no event. */
export interface DamagedLine {
  readonly path: string;
  readonly line: number;
}

export interface ReadOptions {
  readonly directory: string;
  /** Events at or after this time, in ms since 1970. */
  readonly since?: number | undefined;
  /** Events before this time. */
  readonly until?: number | undefined;
  /** Globs as for `subscribe`. Default: all. */
  readonly types?: string | readonly string[] | undefined;
  /** The last so many of what matches. */
  readonly tail?: number | undefined;
  /** Hears of lines that are passed over. */
  readonly onDamaged?: (line: DamagedLine) => void;
}

// Loose, so that an event of a newer orc is read with all it has.
const Logged = z.looseObject({
  id: z.string(),
  seq: z.number().default(0),
  at: z.number(),
  type: z.string(),
  severity: z.enum(severities),
  source: z.string(),
  data: z.unknown(),
});

/**
 * Events of the day files, by day and in the order in which they were written. Reads only the files of the
 * days asked for, and none while the directory does not exist; a damaged line is passed over.
 *
 * @throws ORC_EVENT_BUS_BAD_GLOB
 */
export function* readEvents(options: ReadOptions): Generator<BusEvent> {
  const { since = 0, until = Number.POSITIVE_INFINITY, types = '*', tail } = options;
  const matches = createMatcher(types);
  const days = listDays(options.directory).filter((day) => {
    const start = Date.parse(day);
    return start < until && start + 86_400_000 > since;
  });
  const readDay = function* (day: string) {
    const path = join(options.directory, `${day}.jsonl`);
    for (const line of readJsonl(path)) {
      const event = toEvent(line);
      if (event === undefined) options.onDamaged?.({ path, line: line.line });
      else if (event.at >= since && event.at < until && matches(event.type)) yield event;
    }
  };
  if (tail === undefined) {
    for (const day of days) yield* readDay(day);
    return;
  }
  // From the newest day back, so that a short tail of a long history reads one file.
  let last: BusEvent[] = [];
  for (let day = days.pop(); day !== undefined && last.length < tail; day = days.pop())
    last = [...readDay(day), ...last].slice(-tail);
  yield* last;
}

/** The event of a line, or `undefined` when it is none. */
export function toEvent(line: JsonlLine): BusEvent | undefined {
  if (!line.ok) return undefined;
  const parsed = Logged.safeParse(line.value);
  return parsed.success ? parsed.data : undefined;
}

export function listDays(directory: string): string[] {
  try {
    return readdirSync(directory)
      .map((name) => /^(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(name)?.[1])
      .filter((day) => day !== undefined)
      .sort();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
