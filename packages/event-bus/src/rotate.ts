import { rotateDayFiles, type Rotation } from '@orc/jsonl';
import type { z } from 'zod';
import { EventLogConfig, parseConfig } from './config.ts';

/**
 * Closes, packs and removes files of the log by size and age; publishers, readers and followers go on. One
 * process at a time may call it, every minute or so. `now` is in ms since 1970.
 *
 * @throws ORC_EVENT_BUS_BAD_CONFIG
 */
export function rotateEvents(
  directory: string,
  config: z.input<typeof EventLogConfig>,
  now: number,
): Promise<Rotation> {
  return rotateDayFiles(directory, parseConfig(EventLogConfig, config), now);
}
