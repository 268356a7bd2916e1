import { createHash } from 'node:crypto';
import { describeError, isOrcError } from '@orc/errors';
import { createSink, type BusEvent, type Digest, type Severity, type Sink } from '@orc/event-bus';
import { SYSTEM, type Parts } from '../parts.ts';
import { describeDigest } from './digest-text.ts';
import { readNoticeHistory } from './notice-history.ts';

/** A notice that was decided on. Its id becomes that of the message. */
export interface DecidedNotice {
  readonly id: string;
  readonly recipient: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly text: string;
  /** Notices with the same key say the same thing. */
  readonly key: string;
  readonly project?: string | undefined;
  readonly topic?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What the event of a notice carries. */
export type NoticeData = Pick<DecidedNotice, 'recipient' | 'text' | 'key' | 'topic' | 'tags'>;

/** Between a decision to tell somebody and their mailbox: nobody is told more than they can take. */
export interface NoticePipeline extends Disposable {
  /** Tells it now or in a digest. An id that was decided on before is told once. Never throws. */
  offer(notice: DecidedNotice): void;
  /** Tells the digests that are due. Call it every second. */
  flush(): void;
  /** What waits for a digest, by recipient. */
  pending(): ReadonlyMap<string, readonly Digest[]>;
  /** Forgets what waits for a digest, and gives how much that was. */
  clear(): number;
}

type PipelineParts = Pick<Parts, 'bus' | 'queue' | 'registry' | 'layout' | 'clock' | 'log' | 'config'>;

const CURSOR = 'notices.settled-until';
const SAVE_MS = 30_000;
const KNOWN_MAX = 5_000;
const PRIORITIES: Readonly<Record<Severity, number>> = {
  debug: 5,
  info: 5,
  notice: 5,
  warning: 30,
  critical: 75,
};
const DIGEST_PRIORITY = 8;

/**
 * A decision is a line of the event log before it is acted on, and so is what became of it. A daemon that is
 * killed in between is followed by one that reads both: what has no outcome is offered again under the same
 * id, what was gathered is gathered, and limits and repeats count on.
 */
export function createNoticePipeline(parts: PipelineParts): NoticePipeline {
  const { bus, registry, clock, log, config } = parts;
  const known = createKnownIds(KNOWN_MAX);
  const sinks = new Map<string, Sink>();
  const sinkOf = (recipient: string): Sink => {
    const sink = sinks.get(recipient) ?? createRecipientSink(parts, recipient);
    sinks.set(recipient, sink);
    return sink;
  };
  let hasNews = false;
  let savedAt = clock.now();

  const save = (): void => {
    const waiting = [...sinks.values()].flatMap(({ pending }) => pending.map(({ since }) => since));
    registry.setValue(CURSOR, Math.min(clock.now(), ...waiting));
    hasNews = false;
    savedAt = clock.now();
  };

  const takeUp = (): void => {
    const until = registry.getValue(CURSOR);
    if (typeof until !== 'number') return;
    const since = until - config.notices.repeatMs;
    const { settled, open } = readNoticeHistory(parts.layout.events, since);
    for (const { event, verdict } of settled) {
      known.add(event.id);
      sinkOf(dataOf(event).recipient).recall(event, verdict);
    }
    for (const [recipient, sink] of sinks)
      sink.settleTold((digest) => parts.queue.find(digestId(recipient, digest)) !== undefined);
    for (const event of open) {
      known.add(event.id);
      sinkOf(dataOf(event).recipient).offer(event);
    }
    if (open.length > 0) log.info({ notices: open.length }, 'told what the last daemon had no time to tell');
  };

  try {
    takeUp();
    save();
  } catch (error) {
    log.error({ err: error }, 'what the last daemon had to tell could not be read');
  }

  return {
    offer(notice) {
      try {
        if (known.has(notice.id) || parts.queue.find(notice.id) !== undefined) return;
        known.add(notice.id);
        hasNews = true;
        sinkOf(notice.recipient).offer(record(parts, notice));
      } catch (error) {
        log.error({ err: error, recipient: notice.recipient }, 'a notice could not be told');
      }
    },
    flush() {
      for (const sink of sinks.values()) sink.flush();
      if (hasNews && clock.now() - savedAt >= SAVE_MS) save();
    },
    pending: () => new Map([...sinks].map(([recipient, { pending }]) => [recipient, pending])),
    clear() {
      const total = [...sinks.values()].reduce((sum, sink) => sum + sink.clear(), 0);
      bus.publish('notice.cleared', { total }, { source: 'notices' });
      return total;
    },
    [Symbol.dispose]: () => hasNews && save(),
  };
}

function record({ bus, clock, log }: PipelineParts, notice: DecidedNotice): BusEvent {
  const { id, recipient, severity, text, key, topic, tags } = notice;
  const project = notice.project ?? projectOf(recipient);
  const data: NoticeData = { recipient, text, key, topic, tags };
  const about = { id, severity, source: 'notices', message: id, project } as const;
  try {
    return bus.publish('notice.decided', data, about);
  } catch (error) {
    // What the log cannot have may still be told, and somebody ought to know.
    log.error({ problem: describeError(error) }, 'a notice could not be logged');
    return { id, severity, source: 'notices', seq: 0, at: clock.now(), type: 'notice.decided', data };
  }
}

function projectOf(recipient: string): string | undefined {
  return recipient.includes('/') ? recipient.split('/')[0] : undefined;
}

export function dataOf(event: BusEvent): NoticeData {
  return event.data as NoticeData;
}

function createRecipientSink({ bus, queue, clock, log, config }: PipelineParts, recipient: string): Sink {
  const send = (
    id: string,
    priority: number,
    body: string,
    more: Pick<NoticeData, 'topic' | 'tags'>,
  ): void => {
    try {
      queue.send({ id, sender: SYSTEM, recipient, kind: 'notice', priority, body, ...more });
    } catch (error) {
      // There is nobody to tell, and waiting changes nothing. Everything else is tried again in a digest.
      if (!isOrcError(error, 'ORC_QUEUE_UNKNOWN_RECIPIENT')) throw error;
      log.warn({ recipient, notice: id }, 'a notice has nobody who reads it');
      bus.publish(
        'notice.undeliverable',
        { recipient },
        { source: 'notices', severity: 'warning', message: id },
      );
      return;
    }
    try {
      const about = { source: 'notices', message: id, severity: 'debug' } as const;
      bus.publish('notice.queued', { recipient, priority }, about);
    } catch (error) {
      // It is told all the same, and must not be told again in a digest.
      log.error({ problem: describeError(error) }, 'that a notice was queued could not be logged');
    }
  };
  return createSink(bus, {
    name: recipient,
    config: config.notices,
    clock,
    keyOf: (event) => dataOf(event).key,
    deliver(event) {
      const { text, topic, tags } = dataOf(event);
      send(event.id, PRIORITIES[event.severity], text, { topic, tags });
    },
    deliverDigest(digest) {
      const id = digestId(recipient, digest);
      // Killed between sending a digest and saying so: it has been told.
      if (queue.find(id) !== undefined) return;
      const priority = digest.isCritical ? PRIORITIES.critical : DIGEST_PRIORITY;
      send(id, priority, describeDigest(digest), { tags: ['digest'] });
    },
  });
}

/** The same for a digest of the same notices, whichever daemon tells it, and another one when there are more. */
function digestId(recipient: string, digest: Digest): string {
  const groups = digest.groups.map(({ event, count }) => [event.id, count]);
  const { isCritical, since, until, total } = digest;
  const about = JSON.stringify([recipient, isCritical, since, until, total, groups]);
  return `d${createHash('sha256').update(about).digest('hex').slice(0, 12)}`;
}

/** The ids of late; old ones make room. */
function createKnownIds(max: number) {
  const ids = new Set<string>();
  return {
    has: (id: string) => ids.has(id),
    add(id: string): void {
      ids.add(id);
      if (ids.size <= max) return;
      const [oldest = ''] = ids;
      ids.delete(oldest);
    },
  };
}
