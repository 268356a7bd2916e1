import type { EventView } from '@orc/contracts';
import { countEvents, parseFilter, readEvents, type BusEvent } from '@orc/event-bus';
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
      const found: EventView[] = [...readEvents({ ...selection, tail: query.tail ?? TAIL })];
      if (!query.follow) return { events: found };
      const say = (event: object) => progress({ step: 'event', text: JSON.stringify(event) });
      found.forEach(say);
      const { types = '*', filter } = selection;
      using _subscription = bus.subscribe(types, (event) => say(event), { name: 'orc events', filter });
      await untilAborted(signal);
      return { events: [] };
    },
    eventCounts: ({ query }) => {
      const gathered = [...pipeline.pending()].map(([recipient, digests]): [string, number] => [
        recipient,
        digests.reduce((sum, { total }) => sum + total, 0),
      ]);
      return {
        ...countEvents(selectionOf(query)),
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

interface Selection {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly types?: string | undefined;
  readonly filter?: string | undefined;
}
