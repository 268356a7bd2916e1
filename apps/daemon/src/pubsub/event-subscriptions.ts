import { parseFilter, type BusEvent, type EventFilter } from '@orc/event-bus';
import type { Notices } from '../messaging/notices.ts';
import { noticeId } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

/** What follows from telling somebody; to tell of it would go in circles. */
const FOLLOWS = /^(notice|message|event|publication|subscription)\./;
const DATA_CHARACTERS = 300;

/**
 * Tells whoever asked for it of the events of their project that pass their filter. It goes through the limits
 * of notices: what is less than a warning comes in a digest. Nobody is told of what they did themselves.
 */
export function createEventSubscriptions(
  { bus, pubsub, log }: Pick<Parts, 'bus' | 'pubsub' | 'log'>,
  notices: Pick<Notices, 'tell'>,
): Disposable {
  const filters = new Map<string, EventFilter | undefined>();
  const passes = (text: string, event: BusEvent): boolean => {
    if (!filters.has(text)) filters.set(text, read(text));
    return filters.get(text)?.(event) === true;
  };
  const read = (text: string): EventFilter | undefined => {
    try {
      return parseFilter(text);
    } catch (error) {
      // It was checked when it was stored; an older or newer orc may know other words.
      log.warn({ err: error, filter: text }, 'a filter of events cannot be read any more');
      return undefined;
    }
  };

  return bus.subscribe(
    '*',
    (event) => {
      const { id, project, severity, agent } = event;
      if (project === undefined || FOLLOWS.test(event.type)) return;
      for (const { subscriber, filter } of pubsub.eventSubscriptions(project))
        if (agent !== subscriber && passes(filter, event))
          notices.tell({
            id: noticeId('event', id, subscriber),
            recipient: subscriber,
            project,
            severity: severity === 'critical' || severity === 'warning' ? severity : 'info',
            text: describe(event),
          });
    },
    { name: 'subscriptions' },
  );
}

function describe({ type, agent, data }: BusEvent): string {
  const about = agent === undefined ? '' : ` of ${agent}`;
  const said = data === undefined ? '' : `: ${JSON.stringify(data)}`;
  const text = `Event ${type}${about}${said}`;
  return text.length > DATA_CHARACTERS ? `${text.slice(0, DATA_CHARACTERS - 1)}…` : text;
}
