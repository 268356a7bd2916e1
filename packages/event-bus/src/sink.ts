import { describeError } from '@orc/errors';
import { parseConfig, SinkConfig, type SinkConfigInput } from './config.ts';
import { createGathering, type Digest, type Gathering } from './gathering.ts';
import { createTokenBucket } from './token-bucket.ts';
import { severities, type BusEvent, type EventBus } from './types.ts';

/**
 * What became of an event that was offered to a sink. `refused` means that the sink failed; like everything
 * that is not delivered it is told in a digest.
 */
export type Verdict = 'delivered' | 'minor' | 'repeated' | 'rate_limited' | 'refused';

export interface SinkOptions {
  /** Names the sink in the log. */
  readonly name: string;
  readonly config?: SinkConfigInput | undefined;
  /** Events with the same key say the same. Default: type, agent and project. */
  readonly keyOf?: (event: BusEvent) => string;
  /** A fault leaves the event for the next digest. */
  readonly deliver: (event: BusEvent) => void;
  /** A fault leaves everything for the next attempt, a second later at the earliest. */
  readonly deliverDigest: (digest: Digest) => void;
  readonly clock?: { now(): number };
}

/**
 * The one door to somebody who must not be flooded. Events below `warning` are only gathered; warnings are
 * delivered within a token bucket; beyond it they wait, and what follows with them, for a digest a minute later; critical ones are delivered at once unless they
 * repeat themselves, and come in one digest a second when there are very many. Whatever is not delivered is
 * marked in the log (`event.suppressed`, with why), and no event is silently gone.
 */
export interface Sink {
  offer(event: BusEvent): Verdict;
  /** Tells the digests that are due; cheap when none is. Call it every second. */
  flush(): void;
  /** Takes in what happened to an event in an earlier process, so that limits outlive it. Marks nothing. */
  recall(event: BusEvent, verdict: Verdict): void;
  /**
   * Ends what was recalled and is known to have been told: an earlier process was killed between telling a digest
   * and marking it. What comes later is gathered anew.
   */
  settleTold(wasTold: (digest: Digest) => boolean): void;
  /** Forgets what is gathered, and gives how much that was. */
  clear(): number;
  /** True while something waits for a digest. */
  readonly isGathering: boolean;
  /** The digests as they would be told now. */
  readonly pending: readonly Digest[];
}

type Level = 'minor' | 'normal' | 'critical';

const KEYS_MAX = 1_000;

/** @throws ORC_EVENT_BUS_BAD_CONFIG */
export function createSink(bus: Pick<EventBus, 'publish'>, options: SinkOptions): Sink {
  const { name, keyOf = usualKey, deliver, deliverDigest, clock = Date } = options;
  const config = parseConfig(SinkConfig, options.config ?? {});
  const normal = createTokenBucket(config);
  const critical = createTokenBucket({ perMinute: config.criticalsPerMinute, burst: config.criticalBurst });
  const told = createKeyMemory(config.repeatMs);
  const held = createHeld(bus, { name, config, deliverDigest });

  const judge = (event: BusEvent, level: Level, key: string): Verdict => {
    if (level === 'minor') return 'minor';
    if (told.has(key, event.at)) return 'repeated';
    if (level === 'critical') return critical.take(event.at) ? 'delivered' : 'rate_limited';
    // What comes after something that was held back waits with it: in order, and no more than the limit.
    return !held.isLimited() && normal.take(event.at) ? 'delivered' : 'rate_limited';
  };

  const settle = (event: BusEvent, verdict: Verdict): void => {
    const level = levelOf(event);
    const key = `${level} ${keyOf(event)}`;
    if (verdict === 'delivered' || (verdict === 'rate_limited' && level === 'critical'))
      told.add(key, event.at);
    if (verdict === 'delivered') return;
    const isUrgent = level === 'critical' && verdict !== 'repeated';
    if (isUrgent) held.urgent.add(event, key);
    else held.gather(event, key, verdict);
  };

  return {
    offer(event) {
      const level = levelOf(event);
      let verdict = judge(event, level, `${level} ${keyOf(event)}`);
      let error: string | undefined;
      if (verdict === 'delivered') {
        try {
          deliver(event);
        } catch (fault) {
          verdict = 'refused';
          error = describeError(fault);
        }
      }
      settle(event, verdict);
      if (verdict !== 'delivered') {
        const { id, type, severity } = event;
        mark(bus, 'event.suppressed', { sink: name, event: id, type, severity, why: verdict, error });
      }
      return verdict;
    },
    flush: () => held.flush(clock.now()),
    recall(event, verdict) {
      const level = levelOf(event);
      if (verdict === 'delivered' && level !== 'minor')
        (level === 'critical' ? critical : normal).take(event.at);
      settle(event, verdict);
    },
    settleTold: (wasTold) => held.settleTold(wasTold),
    clear: () => held.clear(),
    get isGathering() {
      return held.pending().length > 0;
    },
    get pending() {
      return held.pending();
    },
  };
}

/** What a sink holds back, and when it tells it. */
function createHeld(
  bus: Pick<EventBus, 'publish'>,
  {
    name,
    config,
    deliverDigest,
  }: Pick<SinkOptions, 'name' | 'deliverDigest'> & { readonly config: SinkConfig },
) {
  const usual = createGathering({ isCritical: false, groupsMax: config.gatheredMax });
  const urgent = createGathering({ isCritical: true, groupsMax: config.gatheredMax });
  let limitedSince: number | undefined;
  let retryAt = 0;

  const end = (gathering: Gathering, { isCritical, total, since, until }: Digest): void => {
    gathering.clear();
    if (gathering === usual) limitedSince = undefined;
    mark(bus, 'event.digested', { sink: name, isCritical, total, since, until });
  };
  const tell = (gathering: Gathering, now: number): void => {
    const digest = gathering.digest();
    try {
      deliverDigest(digest);
    } catch (error) {
      retryAt = now + config.coalesceMs;
      mark(bus, 'event.digest_refused', { sink: name, total: digest.total, error: describeError(error) });
      return;
    }
    end(gathering, digest);
  };
  const filled = () => [urgent, usual].filter(({ since }) => since !== undefined);
  const pending = () => filled().map((gathering) => gathering.digest());

  return {
    urgent,
    pending,
    isLimited: () => limitedSince !== undefined,
    gather(event: BusEvent, key: string, verdict: Verdict): void {
      usual.add(event, key);
      if (verdict === 'rate_limited') limitedSince ??= event.at;
    },
    flush(now: number): void {
      if (now < retryAt) return;
      if (isOver(urgent.since, config.coalesceMs, now)) tell(urgent, now);
      if (isOver(usual.since, config.digestMs, now) || isOver(limitedSince, config.limitedMs, now))
        tell(usual, now);
    },
    settleTold(wasTold: (digest: Digest) => boolean): void {
      for (const gathering of filled()) {
        const digest = gathering.digest();
        if (wasTold(digest)) end(gathering, digest);
      }
    },
    clear(): number {
      const total = pending().reduce((sum, digest) => sum + digest.total, 0);
      usual.clear();
      urgent.clear();
      limitedSince = undefined;
      return total;
    },
  };
}

function isOver(since: number | undefined, waitMs: number, now: number): boolean {
  return since !== undefined && now - since >= waitMs;
}

function levelOf({ severity }: BusEvent): Level {
  if (severity === 'critical') return 'critical';
  return severities.indexOf(severity) >= severities.indexOf('warning') ? 'normal' : 'minor';
}

function usualKey({ type, agent = '', project = '' }: BusEvent): string {
  return `${type} ${agent} ${project}`;
}

/** A mark is a convenience for readers of the log: that it cannot be published stops nobody. */
function mark(bus: Pick<EventBus, 'publish'>, type: string, data: object): void {
  try {
    bus.publish(type, data, { source: 'event-bus', severity: 'debug' });
  } catch {
    // Listeners answer one another without end; whoever published the event itself was told so.
  }
}

/** Remembers what was told lately, so that it is not told again: each key for so long, and so many of them. */
function createKeyMemory(repeatMs: number) {
  const times = new Map<string, number>();
  return {
    has(key: string, now: number): boolean {
      const at = times.get(key);
      return at !== undefined && now - at < repeatMs;
    },
    add(key: string, now: number): void {
      // Put at the end, so that the first key is the one that is longest ago.
      times.delete(key);
      times.set(key, now);
      for (const [oldest, at] of times) {
        if (times.size <= KEYS_MAX && now - at < repeatMs) break;
        times.delete(oldest);
      }
    },
  };
}
