import type { Ledger } from './ledger.ts';
import type { Parking } from './parking.ts';
import { isOverdue, moving, overdue, type Overdue, type Requeue } from './requeue.ts';
import { selectEnvelope, toQueuedMessage, type EnvelopeRow, type MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { LeaseOptions, Message, Queue } from './types.ts';
import { parseAddress, parseReason, parseWhole } from './validation.ts';

interface Parts {
  readonly transitions: TransitionLog;
  readonly parking: Parking;
  readonly requeue: Requeue;
}

type Place = Pick<MessageRow, 'priority' | 'seq'>;

const ready = `m.inbox = ? AND m.state = 'queued' AND m.blockers = 0`;

/** True when `place` is handed out before `other`. */
const isBefore = (place: Place, other: Place): boolean =>
  place.priority > other.priority || (place.priority === other.priority && place.seq < other.seq);

/** Handing out, and looking at what would be handed out. */
export function createLeasing(
  ledger: Ledger,
  { transitions, parking, requeue }: Parts,
): Pick<Queue, 'lease' | 'pendingCount' | 'nextFor'> {
  // A bare `LIMIT ?` would make SQLite compile the statement anew for each value; a sum does not.
  const allReady = ledger.statement<EnvelopeRow>(
    `${selectEnvelope} WHERE ${ready} ORDER BY m.priority DESC, m.seq LIMIT ? + 0`,
  );
  const outlook = ledger.statement<{ is_busy: 0 | 1 }>(`
    SELECT (EXISTS (SELECT 1 FROM queue_messages m WHERE ${ready})
         OR EXISTS (SELECT 1 FROM queue_messages m WHERE ${moving} AND ${overdue})) AS is_busy`);
  const take = ledger.statement(`
    UPDATE queue_messages
    SET state = 'leased', worker = ?, leased_at = ?, due_at = ?, reason = NULL, step = NULL
    WHERE seq = ?`);
  const pending = ledger.statement<{ n: number }>(
    `SELECT count(*) AS n FROM queue_messages m WHERE ${ready}`,
  );
  const next = ledger.statement<{ priority: number }>(
    `SELECT m.priority FROM queue_messages m WHERE ${ready} ORDER BY m.priority DESC, m.seq LIMIT 1`,
  );

  /** Takes back what ran out, and returns the first message in order that another worker still holds. */
  const findBarrier = (recipient: string, worker: string, now: number): MessageRow | undefined => {
    const lost: Overdue = { expired: [], unproven: [], dead: [] };
    let barrier: MessageRow | undefined;
    for (const row of requeue.listMoving(recipient)) {
      if (isOverdue(row, now)) requeue.takeBack(row, now, lost);
      else if (row.state === 'leased' && row.worker !== worker && (!barrier || isBefore(row, barrier)))
        barrier = row;
    }
    return barrier;
  };

  const leaseNow = (recipient: string, worker: string, limit: number, leaseMs: number): Message[] => {
    const now = ledger.now();
    if (parking.isOn(recipient, now)) return [];
    parking.unparkDue(now);
    const barrier = findBarrier(recipient, worker, now);
    const rows = allReady.all(recipient, limit).filter((row) => !barrier || isBefore(row, barrier));
    const entry = { action: 'leased', to: 'leased', at: now, actor: worker } as const;
    for (const { seq } of rows) {
      take.run(worker, now, now + leaseMs, seq);
      transitions.record({ seq, state: 'queued' }, entry);
    }
    const leased = { state: 'leased', leasedAt: now, leaseExpiresAt: now + leaseMs } as const;
    return rows.map((row) => ({ ...toQueuedMessage(row), ...leased }));
  };

  return {
    lease(recipient: string, options: LeaseOptions) {
      const to = parseAddress('recipient', recipient);
      const worker = parseReason('worker', options.worker);
      const limit = parseWhole('limit', options.limit ?? 20, 1, 1_000);
      const leaseMs = parseWhole('leaseMs', options.leaseMs ?? ledger.settings.leaseMs, 1, 3_600_000);
      const now = ledger.now();
      // Most looks find nothing, and they must not stand in the way of whoever writes.
      if (ledger.read(() => outlook.get(to, to, now, now)?.is_busy !== 1)) return [];
      return ledger.write(() => leaseNow(to, worker, limit, leaseMs), 'handed-over');
    },
    pendingCount: (recipient) => ledger.read(() => pending.get(recipient)?.n ?? 0),
    nextFor: (recipient) =>
      ledger.snapshot(() =>
        parking.isOn(recipient, ledger.now()) ? undefined : next.get(recipient)?.priority,
      ),
  };
}
