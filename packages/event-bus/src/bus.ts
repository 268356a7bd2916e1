import { describeError } from '@orc/errors';
import { EventBusConfig, parseConfig, type EventBusConfigInput } from './config.ts';
import { errors } from './errors.ts';
import { parseFilter } from './filter/filter.ts';
import { createRecorder, type RecorderDeps } from './recorder.ts';
import { createSubscription, type Subscription } from './subscription.ts';
import type {
  BusEvent,
  EventAbout,
  EventBus,
  EventMap,
  Fault,
  Listener,
  Severity,
  SubscribeOptions,
} from './types.ts';

export interface EventBusDeps extends RecorderDeps {
  /** Hears of every fault; the day's file has the first of each listener. */
  readonly onFault?: (fault: Fault) => void;
}

// A listener that answers its own answers would keep the process busy for ever.
const DEPTH_MAX = 50;

/**
 * The bus of a process. Every event is first a line of `<directory>/YYYY-MM-DD.jsonl`, or is kept to become
 * one when the disk takes it.
 *
 * @throws ORC_EVENT_BUS_BAD_CONFIG
 */
export function createEventBus<Events extends EventMap = EventMap>(
  options: EventBusConfigInput,
  deps: EventBusDeps = {},
): EventBus<Events> {
  const config = parseConfig(EventBusConfig, options);
  const report = createReporter(deps.onFault);
  const recorder = createRecorder(config, deps, {
    onRefused: ({ type }, error) => report({ kind: 'not-logged', type, error }),
    onCaughtUp: (kept) => publishOwn('log.caught_up', kept, kept.lost > 0 ? 'warning' : 'notice'),
  });
  const subscriptions = new Set<Subscription>();
  const delivery = createDelivery(subscriptions);

  const publish = (type: string, data: unknown, about: EventAbout = {}): BusEvent => {
    if (delivery.depth >= DEPTH_MAX) throw errors.loop(type, DEPTH_MAX);
    const event = recorder.record(type, data, about);
    delivery.deliver(event);
    return event;
  };

  /** An event about the bus itself, which nobody waits for and which must stop nobody. */
  const publishOwn = (type: string, data: object, severity: Severity): void => {
    try {
      publish(type, data, { source: 'event-bus', severity });
    } catch (error) {
      report({ kind: 'not-logged', type, error });
    }
  };

  const subscribe = (
    globs: string | readonly string[],
    listener: Listener<BusEvent>,
    { name = String(globs), queueMax = config.queueMax, filter }: SubscribeOptions = {},
  ): Disposable => {
    const subscription = createSubscription({
      name,
      globs,
      filter: filter === undefined ? undefined : parseFilter(filter),
      listener,
      queueMax,
      afterSeq: recorder.seq,
      ...reportsOf(name, { report, publishOwn }),
    });
    subscriptions.add(subscription);
    return {
      [Symbol.dispose]() {
        subscription.end();
        subscriptions.delete(subscription);
      },
    };
  };

  return {
    publish: publish as EventBus<Events>['publish'],
    subscribe: subscribe as EventBus<Events>['subscribe'],
    flush: () => recorder.flush(),
    settled: () => waitForAll(subscriptions),
    stats: () => ({ published: recorder.seq, listeners: [...subscriptions].map((each) => each.stats()) }),
    [Symbol.dispose]() {
      for (const subscription of subscriptions) subscription.end();
      subscriptions.clear();
      recorder.flush();
    },
  };
}

interface Delivery {
  deliver(event: BusEvent): void;
  /** How many events led to the one that is being delivered: 1 for one from outside, 0 between events. */
  readonly depth: number;
}

/**
 * The one way from the log to the listeners: whatever limits or gathers events stands here, and no
 * publisher has to know. What a listener publishes waits its turn, so that all listeners see one order.
 */
function createDelivery(subscriptions: ReadonlySet<Subscription>): Delivery {
  const waiting: { readonly event: BusEvent; readonly depth: number }[] = [];
  let depth = 0;
  return {
    get depth() {
      return depth;
    },
    deliver(event) {
      waiting.push({ event, depth: depth + 1 });
      if (depth > 0) return;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          depth = next.depth;
          for (const subscription of subscriptions) subscription.offer(next.event);
        }
      } finally {
        depth = 0;
      }
    },
  };
}

function createReporter(onFault: EventBusDeps['onFault']): (fault: Fault) => void {
  return (fault) => {
    try {
      onFault?.(fault);
    } catch {
      // Whoever is told of faults has one too. There is nobody left to tell, and the others go on.
    }
  };
}

function reportsOf(
  subscriber: string,
  bus: {
    readonly report: (fault: Fault) => void;
    readonly publishOwn: (type: string, data: object, severity: Severity) => void;
  },
) {
  let hasFailed = false;
  return {
    onFailure(event: BusEvent, error: unknown): void {
      bus.report({ kind: 'listener-failed', subscriber, event, error });
      if (hasFailed) return;
      // Once: a listener that fails on every event would otherwise fail on this one, too, without end.
      hasFailed = true;
      const data = { subscriber, event: event.id, type: event.type, error: describeError(error) };
      bus.publishOwn('subscriber.failed', data, 'warning');
    },
    onOverflow(event: BusEvent, queueMax: number): void {
      bus.report({ kind: 'events-dropped', subscriber, event });
      bus.publishOwn('subscriber.overflowed', { subscriber, first: event.id, queueMax }, 'warning');
    },
    onCaughtUp(dropped: number): void {
      bus.publishOwn('subscriber.caught_up', { subscriber, dropped }, 'notice');
    },
  };
}

async function waitForAll(subscriptions: ReadonlySet<Subscription>): Promise<void> {
  for (;;) {
    const busy = [...subscriptions].filter(({ isIdle }) => !isIdle);
    if (busy.length === 0) return;
    await Promise.all(busy.map((subscription) => subscription.settled()));
  }
}
