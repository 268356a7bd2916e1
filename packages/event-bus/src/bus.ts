import { randomUUID } from 'node:crypto';
import { openDayLog } from '@orc/jsonl';
import { errors } from './errors.ts';
import { createTypeFilter } from './glob.ts';
import type { BusEvent, Severity } from './types.ts';

export interface EventBusDeps {
  readonly clock?: { now(): number };
  readonly newId?: () => string;
}

export interface PublishOptions {
  /** Default: a new one. Publishing with the same id again is the caller's way to mark a repetition. */
  readonly id?: string;
  readonly at?: number;
  /** Default `info`. */
  readonly severity?: Severity;
  readonly source: string;
  readonly project?: string;
  readonly agent?: string;
  readonly message?: string;
}

/** Called with each matching event, in the order of publication. */
export type Listener<Data = unknown> = (event: BusEvent<Data>) => void;

/** `Events` maps each event type to its data. */
export interface EventBus<Events extends object = Record<string, unknown>> extends Disposable {
  /**
   * Writes the event to the day's file, then tells the subscribers. When it returns, the event is on file.
   *
   * @throws ORC_EVENTS_BAD_TYPE, ORC_EVENTS_CLOSED, ORC_JSONL_CANNOT_APPEND; nobody has been told then
   */
  publish<Type extends keyof Events & string>(
    type: Type,
    data: Events[Type],
    options: PublishOptions,
  ): BusEvent<Events[Type]>;
  /** Tells a listener about events whose type matches, from now on. A listener that throws harms nobody. */
  subscribe(types: string | readonly string[], listener: Listener): Disposable;
}

interface Subscription {
  readonly matches: (type: string) => boolean;
  readonly listener: Listener;
}

const TYPE = /^[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)+$/;
const FAULT = 'subscriber.failed';

/**
 * Opens a bus on a directory of day files. Listeners may publish and subscribe themselves: what is
 * published while others are being told is told after them, so that everybody sees one order.
 */
export function openEventBus<Events extends object = Record<string, unknown>>(
  { directory }: { readonly directory: string },
  { clock = { now: () => Date.now() }, newId = randomUUID }: EventBusDeps = {},
): EventBus<Events> {
  const log = openDayLog({ directory });
  const subscriptions = new Set<Subscription>();
  const untold: BusEvent[] = [];
  let isTelling = false;
  let isClosed = false;

  const write = (type: string, data: unknown, options: PublishOptions): BusEvent => {
    const { id = newId(), at = clock.now(), severity = 'info', ...about } = options;
    const event: BusEvent = { id, at, type, severity, ...about, data };
    log.append(at, event);
    untold.push(event);
    return event;
  };

  const tellOne = (event: BusEvent, { listener }: Subscription): void => {
    try {
      listener(event);
    } catch (error) {
      // A listener of faults that fails must not call itself for ever.
      if (event.type === FAULT) return;
      const text = error instanceof Error ? error.message : String(error);
      write(FAULT, { of: event.id, type: event.type, error: text }, { source: 'bus', severity: 'warning' });
    }
  };

  const tellAll = (): void => {
    if (isTelling) return;
    isTelling = true;
    try {
      for (let event = untold.shift(); event; event = untold.shift()) {
        const listeners = [...subscriptions].filter(({ matches }) => event && matches(event.type));
        for (const subscription of listeners)
          if (subscriptions.has(subscription)) tellOne(event, subscription);
      }
    } finally {
      isTelling = false;
    }
  };

  return {
    publish(type, data, options) {
      if (isClosed) throw errors.closed(type);
      if (!TYPE.test(type)) throw errors.badType(type);
      const event = write(type, data, options);
      tellAll();
      return event as BusEvent<typeof data>;
    },
    subscribe(types, listener) {
      const subscription = { matches: createTypeFilter(types), listener };
      subscriptions.add(subscription);
      return { [Symbol.dispose]: () => void subscriptions.delete(subscription) };
    },
    [Symbol.dispose]() {
      isClosed = true;
      subscriptions.clear();
    },
  };
}
