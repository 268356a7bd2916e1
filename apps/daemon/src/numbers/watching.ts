import type { Parts } from '../parts.ts';
import type { Counters, WatchedEvent } from './metrics.ts';

const MS = 1_000;
const QUEUE_MAX = 10_000;
/** Kinds are words that senders choose; a label must not be. */
const KINDS: ReadonlySet<string> = new Set([
  'task',
  'question',
  'note',
  'notice',
  'check-in',
  'briefing',
  'rebrief',
]);

interface Data {
  readonly kind?: string;
  readonly reason?: string;
}

/** Counts what the bus tells of. Agents that have ended are one label, so that labels stay few. */
export function createWatching({ bus, queue, registry }: Parts, counters: Counters): Disposable {
  const crashedAt = new Map<string, number>();
  const labelOf = (agent: string | undefined): string =>
    agent !== undefined && registry.findAgent(agent) !== undefined ? agent : 'other';

  const onMessage = ({ type, at, message, agent, data }: WatchedEvent): void => {
    const action = type.slice('message.'.length);
    counters.transitions.inc({ action });
    const { kind = 'other' } = data as Data;
    if (kind === 'rebrief' && (action === 'queued' || action === 'seen'))
      counters.rebriefs.inc({ step: action === 'queued' ? 'sent' : 'seen' });
    if (action !== 'seen' && action !== 'finished' && action !== 'failed') return;
    const found = message === undefined ? undefined : queue.find(message);
    if (!found) return;
    if (action === 'seen') return counters.delivery.observe(Math.max(0, at - found.createdAt) / MS);
    counters.finished.inc({ agent: labelOf(agent), outcome: action === 'finished' ? 'completed' : 'failed' });
    if (found.durationMs === null) return;
    counters.timed.inc();
    counters.duration.observe({ kind: KINDS.has(kind) ? kind : 'other' }, found.durationMs / MS);
  };

  const onAgent = ({ type, at, agent = '', data }: WatchedEvent): void => {
    if (type === 'agent.crashed') {
      counters.crashes.inc({ agent: labelOf(agent) });
      crashedAt.set(agent, at);
    }
    if (type !== 'agent.relaunched' || (data as Data).reason !== 'restart') return;
    counters.restarts.inc({ agent: labelOf(agent) });
    const since = crashedAt.get(agent);
    if (since !== undefined) counters.restartTime.observe(Math.max(0, at - since) / MS);
    crashedAt.delete(agent);
  };

  const others: Readonly<Record<string, (event: WatchedEvent) => void>> = {
    'agent.start_waits': () => counters.starts.inc({ outcome: 'waited' }),
    'agent.start_refused': () => counters.starts.inc({ outcome: 'refused' }),
    'task.handed_out': () => counters.handedOut.inc(),
    'task.assigned': () => counters.reassigned.inc(),
    'alert.raised': ({ data }) => counters.notices.inc({ rule: (data as { rule: string }).rule }),
  };

  return bus.subscribe(
    '*',
    (event) => {
      if (event.type.startsWith('message.')) onMessage(event);
      else if (event.type.startsWith('agent.') && !(event.type in others)) onAgent(event);
      else if (event.type.startsWith('schedule.'))
        counters.checkIns.inc({ outcome: event.type.slice('schedule.'.length) });
      else others[event.type]?.(event);
    },
    { name: 'metrics', queueMax: QUEUE_MAX },
  );
}
