import type { EventView } from '@orc/contracts';
import { formatMs } from './commands/numbers.ts';

const WORDS: Readonly<Record<string, string>> = {
  'message.queued': 'task_queued',
  'message.started': 'task_started',
  'message.finished': 'task_completed',
  'message.failed': 'task_failed',
};

/** The types of events that `formatTaskEvent` has a line for. */
export const taskEventTypes = Object.keys(WORDS).join(',');

interface Data {
  readonly kind?: string;
  readonly priority?: number;
  readonly durationMs?: number | null;
}

/** As SPEC-072 prints it: `[10:32:45] task_completed: shop/architect.task (duration=155,000ms)`. */
export function formatTaskEvent({ at, type, agent = 'user', data }: EventView): string {
  const { kind = 'note', priority, durationMs } = (data ?? {}) as Data;
  const time = new Date(at).toLocaleTimeString('en-GB', { hour12: false });
  const detail = [
    ...(type === 'message.queued' && priority !== undefined ? [`priority=${priority}`] : []),
    ...(typeof durationMs === 'number' ? [`duration=${formatMs(durationMs)}`] : []),
  ].join(', ');
  return `[${time}] ${WORDS[type] ?? type}: ${agent}.${kind}${detail === '' ? '' : ` (${detail})`}`;
}
