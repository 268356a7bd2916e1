import type { Transition } from '@orc/queue';
import type { Parts } from '../parts.ts';

const CURSOR = 'events.ledger-cursor';
const BATCH = 500;

/**
 * Puts every transition of the ledger on the bus, in order, those of other processes included. The cursor
 * is kept after the event is on disk: after a crash an event may stand there twice, with the same id, and
 * none is missing.
 */
export function createLedgerPublisher({ queue, registry, bus }: Pick<Parts, 'queue' | 'registry' | 'bus'>) {
  let cursor = Number(registry.getValue(CURSOR) ?? 0);
  let kept = cursor;
  const keep = (): void => {
    if (cursor === kept || bus.flush() > 0) return;
    registry.setValue(CURSOR, cursor);
    kept = cursor;
  };
  return {
    publish(): void {
      for (;;) {
        const transitions = queue.transitions({ after: cursor, limit: BATCH });
        for (const transition of transitions) publishOne(bus, transition, figuresOf(queue, transition));
        cursor = transitions.at(-1)?.seq ?? cursor;
        keep();
        if (transitions.length === 0) return;
      }
    },
  };
}

/** What a reader of the log alone could not know: how urgent something was, and how long it took. */
function figuresOf(queue: Parts['queue'], { action, messageId }: Transition): object {
  if (action === 'sent') return { priority: queue.find(messageId)?.priority };
  const isEnd = action === 'finished' || action === 'failed';
  return isEnd ? { durationMs: queue.find(messageId)?.durationMs } : {};
}

function publishOne(bus: Parts['bus'], transition: Transition, figures: object): void {
  const { seq, at, messageId, from, to, recipient, sender, kind } = transition;
  const [project] = recipient.includes('/') ? recipient.split('/') : sender.split('/');
  const what = nameOf(transition);
  bus.publish(
    `message.${what}`,
    {
      seq,
      from,
      to,
      sender,
      recipient,
      kind,
      step: transition.step,
      channel: transition.channel,
      reason: transition.reason,
      ...figures,
    },
    {
      id: `ledger-${seq}`,
      at,
      source: 'ledger',
      severity: to === 'dead' ? 'warning' : 'info',
      message: messageId,
      ...(recipient.includes('/') && { agent: recipient }),
      ...(project !== undefined && { project }),
    },
  );
}

/** An entry of the ledger is `queued` when it is sent; `sent` is a step of the evidence, like `accepted`. */
function nameOf({ action, step, to }: Transition): string {
  if (action === 'sent') return 'queued';
  return action === 'advanced' ? (step ?? to) : action;
}
