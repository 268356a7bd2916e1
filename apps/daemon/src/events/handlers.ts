import type { EventView } from '@orc/contracts';
import { countEvents, parseFilter, readEventsInTurns, type BusEvent } from '@orc/event-bus';
import type { HandlersOf } from '../http/handlers.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import { untilAborted } from '../system/until-aborted.ts';
import type { NoticePipeline } from './notice-pipeline.ts';
import { replay } from './replay.ts';

const TAIL = 50;

/** Calls about what has happened. */
export function createEventHandlers(
  parts: Parts,
  pipeline: NoticePipeline,
): HandlersOf<'events' | 'eventCounts' | 'replay' | 'clearNotices'> {
  const { layout, bus, queue } = parts;
  const selectionOf = ({ since, until, types, filter }: Selection) => ({
    directory: layout.events,
    since,
    until,
    filter,
    types: types?.split(','),
  });
  return {
    events: async ({ query, progress, signal }) => {
      const selection = selectionOf(query);
      const found = readEventsInTurns({ ...selection, tail: query.tail ?? TAIL });
      if (!query.follow) return { events: await gather(found) };
      const say = (event: BusEvent) => progress({ step: 'event', text: JSON.stringify(event) });
      // Heard from before the log is read, so that nothing falls in between; what was read is not said twice.
      const early: BusEvent[] = [];
      const said = new Set<string>();
      let isCaughtUp = false;
      const hear = (event: BusEvent) => {
        if (!isCaughtUp) early.push(event);
        else if (!said.has(event.id)) say(event);
      };
      const { types = '*', filter } = selection;
      using _subscription = bus.subscribe(types, hear, { name: 'orc events', filter });
      for await (const event of found) {
        said.add(event.id);
        say(event);
      }
      isCaughtUp = true;
      early.forEach(hear);
      await untilAborted(signal);
      return { events: [] };
    },
    eventCounts: async ({ query }) => {
      const gathered = [...pipeline.pending()].map(([recipient, digests]): [string, number] => [
        recipient,
        digests.reduce((sum, { total }) => sum + total, 0),
      ]);
      return {
        ...(await countEvents(selectionOf(query))),
        listeners: [...bus.stats().listeners],
        gathered: Object.fromEntries(gathered.filter(([, count]) => count > 0)),
      };
    },
    clearNotices: () => {
      const waiting = queue.list({ kind: 'notice', state: 'queued', limit: 10_000 });
      for (const { id } of waiting) queue.cancel(id, { reason: 'notices were cleared', by: SYSTEM });
      return { gathered: pipeline.clear(), cancelled: waiting.length };
    },
    replay: async ({ body, progress, signal }) => {
      // A filter that cannot be read is refused before anything is played.
      if (body.filter !== undefined) parseFilter(body.filter);
      const say = (step: string, event: BusEvent) => progress({ step, text: JSON.stringify(event) });
      return replay(parts, pipeline, { ...body, signal, say });
    },
  };
}

async function gather(events: AsyncIterable<BusEvent>): Promise<EventView[]> {
  const gathered: EventView[] = [];
  for await (const event of events) gathered.push(event);
  return gathered;
}

interface Selection {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly types?: string | undefined;
  readonly filter?: string | undefined;
}
