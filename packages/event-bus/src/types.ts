export const severities = ['debug', 'info', 'notice', 'warning', 'critical'] as const;

export type Severity = (typeof severities)[number];

/** A fact, as it stands in the day's file. */
export interface BusEvent<Type extends string = string, Data = unknown> {
  readonly id: string;
  /** Counts the events of one run of one bus, from 1. */
  readonly seq: number;
  /** When it happened, in ms since 1970. */
  readonly at: number;
  /** A noun and what happened to it: `message.seen`. */
  readonly type: Type;
  readonly severity: Severity;
  readonly source: string;
  readonly project?: string;
  readonly agent?: string;
  /** Id of the message it is about. */
  readonly message?: string;
  /** `null` where nothing was said. */
  readonly data: Data;
}

/** What a publisher may say beside type and data. */
export interface EventAbout {
  /** Default: a random id. A publisher that may repeat itself after a crash gives its own. */
  readonly id?: string | undefined;
  /** Default: now. */
  readonly at?: number | undefined;
  /** Default: `info`. */
  readonly severity?: Severity | undefined;
  readonly source?: string | undefined;
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
  readonly message?: string | undefined;
}

/** Every type of event with the type of its data. */
export type EventMap = Record<string, unknown>;

export type EventOf<Events extends EventMap> = {
  [Type in keyof Events & string]: BusEvent<Type, Events[Type]>;
}[keyof Events & string];

/** The types that a map names one by one; none for a map of any types. */
type NamedTypes<Events extends EventMap> = string extends keyof Events ? never : keyof Events & string;

/** A listener that returns a promise gets the next event when that is settled. */
export type Listener<Event> = (event: Event) => void | Promise<void>;

export interface SubscribeOptions {
  /** Names the listener in reports of its faults. Default: what it listens to. */
  readonly name?: string;
  /** Default: the bus's own. */
  readonly queueMax?: number;
  /** Only events that pass, as for `parseFilter`. @throws ORC_EVENT_BUS_BAD_FILTER */
  readonly filter?: string | undefined;
}

/** What one listener has been through since it came. */
export interface ListenerStats {
  readonly name: string;
  /** Events that wait for it now. */
  readonly waiting: number;
  readonly delivered: number;
  readonly failed: number;
  readonly dropped: number;
}

/** What went wrong without the publisher being able to help it. */
export type Fault =
  | {
      readonly kind: 'listener-failed';
      readonly subscriber: string;
      readonly event: BusEvent;
      readonly error: unknown;
    }
  /** The first of a series; `subscriber.caught_up` says later how many it were. */
  | { readonly kind: 'events-dropped'; readonly subscriber: string; readonly event: BusEvent }
  /**
   * The disk did not take this event, and those that follow are kept as well; the event `log.caught_up` says
   * later how many were. Also a report of the bus itself that could not be published.
   */
  | { readonly kind: 'not-logged'; readonly type: string; readonly error: unknown };

/**
 * One bus for the whole process. An event stands in the day's file before any listener sees it, unless the
 * disk takes nothing; all listeners see all events in the order in which they were published.
 */
export interface EventBus<Events extends EventMap = EventMap> extends Disposable {
  /**
   * Logs the event, then hands it to the listeners. Neither their faults nor the disk's reach the publisher:
   * what the disk does not take is kept, and written when it takes it.
   *
   * @throws ORC_EVENT_BUS_BAD_EVENT, ORC_EVENT_BUS_LOOP, ORC_JSONL_NOT_JSON; then it is not logged and nobody
   * has seen it
   */
  publish<Type extends keyof Events & string>(
    type: Type,
    data: Events[Type],
    about?: EventAbout,
  ): BusEvent<Type, Events[Type]>;
  /**
   * Listens to one type until disposed of; sees what is published from now on.
   */
  subscribe<Type extends NamedTypes<Events>>(
    type: Type,
    listener: Listener<BusEvent<Type, Events[Type]>>,
    options?: SubscribeOptions,
  ): Disposable;
  /**
   * Listens to all types that match one of the globs, such as `message.*`; `*` stands for anything.
   *
   * @throws ORC_EVENT_BUS_BAD_GLOB
   */
  subscribe(
    globs: string | readonly string[],
    listener: Listener<EventOf<Events>>,
    options?: SubscribeOptions,
  ): Disposable;
  /**
   * Tries to write what the disk did not take, as every `publish` does, and gives how many events still
   * wait; cheap when none does. Call it every second.
   */
  flush(): number;
  /** Resolves when every listener has handled what it was given, also what is published meanwhile. */
  settled(): Promise<void>;
  /** How many events this bus has published, and how its listeners are doing. */
  stats(): { readonly published: number; readonly listeners: readonly ListenerStats[] };
}
