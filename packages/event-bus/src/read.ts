import { setImmediate } from 'node:timers/promises';
import { listDayFiles, readJsonl, readJsonlBackwards, type DayFile, type JsonlLine } from '@orc/jsonl';
import { z } from 'zod';
import { parseFilter } from './filter/filter.ts';
import { createMatcher } from './glob.ts';
import { severities, type BusEvent } from './types.ts';

/** A line that is no event. A file that is read from its end counts its lines from -1 downwards. */
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
  /** As for `parseFilter`. */
  readonly filter?: string | undefined;
  /** The last so many of what matches. The log is then read from its end, and no further than needed. */
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
 * Events of the log, by day and in the order in which they were written, packed days included. Reads only the
 * files of the days asked for, and none while the directory does not exist; a damaged line is passed over.
 *
 * @throws ORC_EVENT_BUS_BAD_GLOB, ORC_EVENT_BUS_BAD_FILTER
 */
export function* readEvents(options: ReadOptions): Generator<BusEvent> {
  for (const event of scan(options)) if (event !== undefined) yield event;
}

/** So many lines take a few milliseconds. */
const LINES_IN_TURN = 500;

/** The same for a process that others wait for: they have their turn while the log is searched. */
export async function* readEventsInTurns(options: ReadOptions): AsyncGenerator<BusEvent> {
  let lines = 0;
  for (const event of scan(options)) {
    lines += 1;
    if (lines % LINES_IN_TURN === 0) await setImmediate();
    if (event !== undefined) yield event;
  }
}

/** Looks at a line with each step, and gives its event if it is wanted now. */
function* scan(options: ReadOptions): Generator<BusEvent | undefined> {
  const { directory, since = 0, until = Number.POSITIVE_INFINITY, types = '*', filter, tail } = options;
  const matchesType = createMatcher(types);
  const passes = filter === undefined ? undefined : parseFilter(filter);
  const files = listDayFiles(directory).filter(({ day }) => {
    const start = Date.parse(day);
    return start < until && start + 86_400_000 > since;
  });
  const select = function* ({ path }: DayFile, lines: Iterable<JsonlLine>) {
    for (const line of lines) {
      const event = toEvent(line);
      if (event === undefined) options.onDamaged?.({ path, line: line.line });
      const isWanted =
        event !== undefined &&
        event.at >= since &&
        event.at < until &&
        matchesType(event.type) &&
        passes?.(event) !== false;
      yield isWanted ? event : undefined;
    }
  };
  if (tail === undefined) {
    for (const file of files) yield* select(file, readJsonl(file.path));
    return;
  }
  const last: BusEvent[] = [];
  for (let file = files.pop(); file !== undefined && last.length < tail; file = files.pop())
    for (const event of select(file, readJsonlBackwards(file.path))) {
      yield undefined;
      if (event !== undefined) last.push(event);
      if (last.length >= tail) break;
    }
  yield* last.reverse();
}

/** The event of a line, or `undefined` when it is none. */
export function toEvent(line: JsonlLine): BusEvent | undefined {
  if (!line.ok) return undefined;
  const parsed = Logged.safeParse(line.value);
  return parsed.success ? parsed.data : undefined;
}
