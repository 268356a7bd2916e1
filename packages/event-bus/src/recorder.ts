import { randomUUID } from 'node:crypto';
import { isOrcError } from '@orc/errors';
import { openDayLog, type DayLog } from '@orc/jsonl';
import { z } from 'zod';
import { type EventBusConfig, describeIssue } from './config.ts';
import { errors } from './errors.ts';
import { severities, type BusEvent, type EventAbout } from './types.ts';

/** Makes events and writes them down. What the disk does not take is kept, and written when it does again. */
export interface Recorder {
  /** @throws ORC_EVENT_BUS_BAD_EVENT, ORC_JSONL_NOT_JSON */
  record(type: string, data: unknown, about: EventAbout): BusEvent;
  /** Tries again to write what is kept, and gives how many events still are. */
  flush(): number;
  /** Of the last event; 0 before the first. */
  readonly seq: number;
}

/** Hears when the disk begins to refuse events and when it has taken all that were kept. */
export interface DiskReports {
  readonly onRefused: (event: BusEvent, error: unknown) => void;
  readonly onCaughtUp: (kept: { readonly written: number; readonly lost: number }) => void;
}

export interface RecorderDeps {
  readonly clock?: { now(): number };
  readonly newId?: () => string;
}

const text = z.string().min(1);
// The last day that a file name of ten characters can say.
const AT_MAX = Date.UTC(9999, 11, 31);

const Published = z.object({
  id: text,
  at: z.int().nonnegative().max(AT_MAX),
  type: z.string().regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_-]*)+$/, 'a type reads "noun.verbed"'),
  severity: z.enum(severities),
  source: text,
  project: text.optional(),
  agent: text.optional(),
  message: text.optional(),
});

export function createRecorder(
  { directory, source: ownSource, keptMax }: EventBusConfig,
  { clock = Date, newId = randomUUID }: RecorderDeps,
  reports: DiskReports,
): Recorder {
  const log = createPatientLog(openDayLog({ directory }), keptMax, reports);
  let seq = 0;
  return {
    get seq() {
      return seq;
    },
    flush: log.flush,
    record(type, data, about) {
      const { id = newId(), at = clock.now(), severity = 'info', source = ownSource, ...rest } = about;
      const parsed = Published.safeParse({ ...rest, id, at, type, severity, source });
      if (!parsed.success) throw errors.badEvent(type, parsed.error.issues.map(describeIssue));
      const event = Object.freeze({ ...withoutUndefined(parsed.data), seq: seq + 1, data: data ?? null });
      log.append(event);
      seq += 1;
      return event;
    },
  };
}

/** A log whose writers need not care whether the disk takes anything: what it refuses waits in memory. */
function createPatientLog(log: DayLog, keptMax: number, { onRefused, onCaughtUp }: DiskReports) {
  const kept: BusEvent[] = [];
  let written = 0;
  let lost = 0;

  /** Gives the disk's error, or `undefined` when it has taken the event. */
  const write = (event: BusEvent): unknown => {
    try {
      log.append(event.at, event);
      return undefined;
    } catch (error) {
      if (isOrcError(error, 'ORC_JSONL_CANNOT_APPEND')) return error;
      throw error;
    }
  };
  const flush = (): number => {
    if (kept.length === 0) return 0;
    let taken = 0;
    while (taken < kept.length && write(kept[taken] as BusEvent) === undefined) taken += 1;
    kept.splice(0, taken);
    written += taken;
    if (kept.length > 0) return kept.length;
    const told = { written, lost };
    written = lost = 0;
    onCaughtUp(told);
    return 0;
  };
  return {
    flush,
    append(event: BusEvent): void {
      // Behind those that are kept already: the file has them in the order in which they happened.
      const isFirst = flush() === 0;
      const error = isFirst ? write(event) : undefined;
      if (isFirst && error === undefined) return;
      // As it is now: whoever published it may go on to change its data.
      kept.push(JSON.parse(JSON.stringify(event)) as BusEvent);
      if (kept.length > keptMax) {
        kept.shift();
        lost += 1;
      }
      if (isFirst) onRefused(event, error);
    },
  };
}

/** A key that is not said is not there, in memory as in the file. */
function withoutUndefined(parsed: z.infer<typeof Published>): Omit<BusEvent, 'seq' | 'data'> {
  const { project, agent, message, ...always } = parsed;
  return {
    ...always,
    ...(project !== undefined && { project }),
    ...(agent !== undefined && { agent }),
    ...(message !== undefined && { message }),
  };
}
