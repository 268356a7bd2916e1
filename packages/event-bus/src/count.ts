import { statSync } from 'node:fs';
import { listDayFiles } from '@orc/jsonl';
import { readEventsInTurns, type ReadOptions } from './read.ts';
import type { Severity } from './types.ts';

/** Numbers of a part of the log. */
export interface EventCounts {
  readonly total: number;
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** The most frequent first. */
  readonly byType: Readonly<Record<string, number>>;
  /** Events that a sink was not told one by one, by why. */
  readonly suppressed: Readonly<Record<string, number>>;
  /** Lines that are no events. */
  readonly damaged: number;
  /** Of all files of the log on the disk, packed ones as they are. */
  readonly bytes: number;
  readonly files: number;
}

/** Counts what `readEventsInTurns` gives. @throws ORC_EVENT_BUS_BAD_GLOB, ORC_EVENT_BUS_BAD_FILTER */
export async function countEvents(options: Omit<ReadOptions, 'onDamaged'>): Promise<EventCounts> {
  let total = 0;
  let damaged = 0;
  const bySeverity: Partial<Record<Severity, number>> = {};
  const byType = new Map<string, number>();
  const suppressed: Record<string, number> = {};
  const events = readEventsInTurns({ ...options, onDamaged: () => (damaged += 1) });
  for await (const { type, severity, data } of events) {
    total += 1;
    bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
    byType.set(type, (byType.get(type) ?? 0) + 1);
    if (type !== 'event.suppressed') continue;
    const { why } = data as { readonly why?: unknown };
    const reason = typeof why === 'string' ? why : 'unknown';
    suppressed[reason] = (suppressed[reason] ?? 0) + 1;
  }
  const files = listDayFiles(options.directory);
  const bytes = files.map(({ path }) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return {
    total,
    bySeverity,
    byType: Object.fromEntries([...byType].sort(([, a], [, b]) => b - a)),
    suppressed,
    damaged,
    bytes: bytes.reduce((sum, each) => sum + each, 0),
    files: files.length,
  };
}
