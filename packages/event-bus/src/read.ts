import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonl } from '@orc/jsonl';
import { createTypeFilter } from './glob.ts';
import { severities, type BusEvent } from './types.ts';

export interface ReadEventsOptions {
  readonly directory: string;
  /** Only events at or after this instant, in ms since 1970. */
  readonly since?: number;
  /** Only events before this instant. */
  readonly until?: number;
  /** Type globs; default all. */
  readonly types?: readonly string[];
  /** Only the last so many. */
  readonly tail?: number;
}

const DAY_FILE = /^(\d{4}-\d{2}-\d{2})\.jsonl$/;
const DAY_MS = 86_400_000;

/** Reads events from the day files, oldest first. Lines that are no events are passed over. */
export function readEvents({
  directory,
  since = 0,
  until = Infinity,
  types = ['*'],
  tail,
}: ReadEventsOptions): BusEvent[] {
  const matches = createTypeFilter(types);
  const isWanted = (event: BusEvent) => event.at >= since && event.at < until && matches(event.type);
  if (tail === undefined)
    return dayFiles(directory, since, until).flatMap((path) => readFile(path).filter(isWanted));
  // The end is wanted, so the newest days are read first and only as many as it takes.
  let found: BusEvent[] = [];
  for (const path of dayFiles(directory, since, until).reverse()) {
    found = [...readFile(path).filter(isWanted), ...found];
    if (found.length >= tail) break;
  }
  return tail === 0 ? [] : found.slice(-tail);
}

function dayFiles(directory: string, since: number, until: number): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => {
      const day = DAY_FILE.exec(name)?.[1];
      if (day === undefined) return false;
      const start = Date.parse(`${day}T00:00:00Z`);
      return start + DAY_MS > since && start < until;
    })
    .sort()
    .map((name) => join(directory, name));
}

function readFile(path: string): BusEvent[] {
  return [...readJsonl(path)].flatMap((line) => (line.ok && isEvent(line.value) ? [line.value] : []));
}

function isEvent(value: unknown): value is BusEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { id, at, type, severity, source } = value as Partial<BusEvent>;
  return (
    typeof id === 'string' &&
    typeof at === 'number' &&
    typeof type === 'string' &&
    typeof source === 'string' &&
    severities.includes(severity as never)
  );
}
