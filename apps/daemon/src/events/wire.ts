import { rotateEvents } from '@orc/event-bus';
import type { Capability } from '../capability.ts';
import type { Parts } from '../parts.ts';
import { createEventHandlers } from './handlers.ts';
import type { NoticePipeline } from './notice-pipeline.ts';

const FLUSH_MS = 1_000;
const ROTATE_MS = 60_000;

/** The event log as others see it, and what the notices and the log's files need at the daemon's pace. */
export function wireEvents(
  parts: Parts,
  pipeline: NoticePipeline,
): Capability<'events' | 'eventCounts' | 'replay' | 'clearNotices'> {
  const { layout, config, clock, log, bus } = parts;
  const rotate = async (): Promise<void> => {
    const rotation = await rotateEvents(layout.events, config.events, clock.now());
    if (rotation.removed.length > 0) log.info({ removed: rotation.removed }, 'old events were removed');
  };
  return {
    handlers: createEventHandlers(parts, pipeline),
    jobs: [
      { name: 'events that the disk did not take', everyMs: FLUSH_MS, run: () => void bus.flush() },
      { name: 'notices', everyMs: FLUSH_MS, run: () => pipeline.flush() },
      { name: 'rotate events', everyMs: ROTATE_MS, run: rotate },
    ],
    [Symbol.dispose]: () => pipeline[Symbol.dispose](),
  };
}
