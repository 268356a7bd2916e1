import { createMatcher } from './glob.ts';
import { severities, type BusEvent, type Listener, type ListenerStats } from './types.ts';

/** One listener and the events that wait for it. */
export interface Subscription {
  /** Hands over an event, or lets it wait while the listener is at work on another one. */
  offer(event: BusEvent): void;
  /** Resolves when nothing waits; at once when the listener is idle. */
  settled(): Promise<void>;
  readonly isIdle: boolean;
  stats(): ListenerStats;
  end(): void;
}

export interface SubscriptionInput {
  readonly name: string;
  readonly globs: string | readonly string[];
  readonly filter: ((event: BusEvent) => boolean) | undefined;
  readonly listener: Listener<BusEvent>;
  readonly queueMax: number;
  /** Events up to this one were published before the listener came. */
  readonly afterSeq: number;
  readonly onFailure: (event: BusEvent, error: unknown) => void;
  /** The queue is full: this event is the first that is dropped. */
  readonly onOverflow: (event: BusEvent, queueMax: number) => void;
  /** The queue is empty again, after so many events were dropped. */
  readonly onCaughtUp: (dropped: number) => void;
}

/**
 * States: idle → (listener returned a promise) busy → (it settled, queue empty) idle. While busy, events
 * wait in order. When the queue is full, the oldest of the least severe events goes, so that a critical
 * one is the last to be lost; the log has them all.
 */
export function createSubscription(input: SubscriptionInput): Subscription {
  const { name, filter, listener, queueMax, afterSeq, onFailure, onOverflow, onCaughtUp } = input;
  const matches = createMatcher(input.globs);
  const queue: BusEvent[] = [];
  let work: Promise<void> | undefined;
  let dropped = 0;
  const counts = { delivered: 0, failed: 0, dropped: 0 };
  let hasEnded = false;

  const call = (event: BusEvent): Promise<void> | undefined => {
    counts.delivered += 1;
    const fail = (error: unknown) => {
      counts.failed += 1;
      onFailure(event, error);
    };
    try {
      const result = listener(event);
      return result === undefined ? undefined : Promise.resolve(result).catch(fail);
    } catch (error) {
      fail(error);
      return undefined;
    }
  };

  const drain = async (first: Promise<void>): Promise<void> => {
    await first;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await call(next);
    work = undefined;
    const missed = dropped;
    dropped = 0;
    if (missed > 0 && !hasEnded) onCaughtUp(missed);
  };

  const enqueue = (event: BusEvent): void => {
    queue.push(event);
    if (queue.length <= queueMax) return;
    const rank = ({ severity }: BusEvent) => severities.indexOf(severity);
    const lowest = Math.min(...queue.map(rank));
    const [lost] = queue.splice(
      queue.findIndex((each) => rank(each) === lowest),
      1,
    );
    dropped += 1;
    counts.dropped += 1;
    if (dropped === 1 && lost) onOverflow(lost, queueMax);
  };

  return {
    offer(event) {
      if (event.seq <= afterSeq || !matches(event.type) || filter?.(event) === false) return;
      if (work) return enqueue(event);
      const promise = call(event);
      if (promise) work = drain(promise);
    },
    settled: () => work ?? Promise.resolve(),
    get isIdle() {
      return work === undefined;
    },
    stats: () => ({ name, waiting: queue.length, ...counts }),
    end() {
      hasEnded = true;
      queue.length = 0;
    },
  };
}
