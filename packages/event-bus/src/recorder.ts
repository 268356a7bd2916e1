import { randomUUID } from 'node:crypto';
import { openDayLog } from '@orc/jsonl';
import { z } from 'zod';
import { type EventBusConfig, describeIssue } from './config.ts';
import { errors } from './errors.ts';
import { severities, type BusEvent, type EventAbout } from './types.ts';

/** Makes events and writes them down; an event that it returns is on the disk. */
export interface Recorder {
  /** @throws ORC_EVENT_BUS_BAD_EVENT, ORC_JSONL_CANNOT_APPEND, ORC_JSONL_NOT_JSON */
  record(type: string, data: unknown, about: EventAbout): BusEvent;
  /** Of the last event; 0 before the first. */
  readonly seq: number;
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
  { directory, source: ownSource }: EventBusConfig,
  { clock = Date, newId = randomUUID }: RecorderDeps,
): Recorder {
  const log = openDayLog({ directory });
  let seq = 0;
  return {
    get seq() {
      return seq;
    },
    record(type, data, about) {
      const { id = newId(), at = clock.now(), severity = 'info', source = ownSource, ...rest } = about;
      const parsed = Published.safeParse({ ...rest, id, at, type, severity, source });
      if (!parsed.success) throw errors.badEvent(type, parsed.error.issues.map(describeIssue));
      const event = Object.freeze({ ...withoutUndefined(parsed.data), seq: seq + 1, data: data ?? null });
      log.append(event.at, event);
      seq += 1;
      return event;
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
