import { join } from 'node:path';
import { appendJsonl } from './append.ts';
import { dayOf } from './day-files.ts';

export interface DayLogOptions {
  /** Holds one file a day, named `YYYY-MM-DD.jsonl`. */
  readonly directory: string;
}

export interface DayLog {
  /** Adds a record to the file of its UTC day and returns the file's path. `at` is in ms since 1970. */
  append(at: number, record: unknown): string;
  /** The file of the UTC day of `at`, whether it exists or not. */
  pathFor(at: number): string;
}

/** A log that starts a new file at midnight UTC. */
export function openDayLog({ directory }: DayLogOptions): DayLog {
  const pathFor = (at: number) => join(directory, `${dayOf(at)}.jsonl`);
  return {
    pathFor,
    append(at, record) {
      const path = pathFor(at);
      appendJsonl(path, record);
      return path;
    },
  };
}
