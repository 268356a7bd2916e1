import type { Dependencies } from './dependencies.ts';
import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Messages } from './messages.ts';
import type { Parking } from './parking.ts';
import {
  selectEnvelope,
  selectMessage,
  toQueuedMessage,
  type EnvelopeRow,
  type MessageRow,
} from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { InjectOptions, LeaseOptions, Message, SweepResult, TransitionAction } from './types.ts';
import { parseAddress, parseReason, parseText, parseWhole, parseWord } from './validation.ts';

interface Parts {
  readonly messages: Messages;
  readonly transitions: TransitionLog;
  readonly dependencies: Dependencies;
  readonly parking: Parking;
}

type Overdue = Pick<SweepResult, 'expired' | 'unproven' | 'dead'>;

/** Queue to hook and back: who holds a message, and what happens when nothing more is heard of it. */
export interface Delivery {
  lease(recipient: string, options: LeaseOptions): Message[];
  inject(ids: readonly string[], options: InjectOptions): void;
  release(ids: readonly string[], options: { readonly worker: string; readonly reason?: string | undefined }): void;
  requeueUnseen(recipient: string, reason: string): string[];
  pendingCount(recipient: string): number;
  nextFor(recipient: string): number | undefined;
  hasOverdue(now: number): boolean;
  /** Belongs in a transaction: takes back every lease that ran out and every delivery without evidence. */
  requeueOverdue(now: number): Overdue;
}

interface Requeue {
  readonly action: TransitionAction;
  readonly at: number;
  readonly reason: string | null;
  readonly actor?: string;
  readonly attempts?: number;
  readonly isSessionLost?: boolean;
}

const isReady = `m.inbox = ? AND m.state = 'queued' AND m.blockers = 0`;
const isMoving = `m.inbox = ? AND (m.state = 'leased' OR m.state = 'injected')`;
// A delivery that began in the future began before the clock was set back: without this it would be stuck until the
// clock has caught up.
const clockStepMs = 60_000;
const isOverdue = `m.due_at IS NOT NULL AND (m.due_at <= ? OR m.leased_at > ? + ${clockStepMs})`;

// From one recipient to the next through the index: a history of any length is not looked at.
const overdueAnywhere = `
  WITH RECURSIVE waiting (recipient) AS (
    SELECT min(inbox) FROM queue_messages WHERE inbox IS NOT NULL
    UNION ALL
    SELECT (SELECT min(m.inbox) FROM queue_messages m WHERE m.inbox > waiting.recipient)
    FROM waiting WHERE waiting.recipient IS NOT NULL)
  SELECT m.seq FROM waiting w CROSS JOIN queue_messages m
  WHERE m.inbox = w.recipient AND (m.state = 'leased' OR m.state = 'injected') AND ${isOverdue}
    AND NOT EXISTS (SELECT 1 FROM queue_parked p WHERE p.recipient = w.recipient)`;

/** True when `row` is handed out before `other`. */
const isBefore = (row: Place, other: Place): boolean =>
  row.priority > other.priority || (row.priority === other.priority && row.seq < other.seq);

type Place = Pick<MessageRow, 'priority' | 'seq'>;

export function createDelivery(ledger: Ledger, { messages, transitions, dependencies, parking }: Parts): Delivery {
  // A bare `LIMIT ?` would make SQLite compile the statement anew for each value; a sum does not.
  const ready = ledger.statement<EnvelopeRow>(
    `${selectEnvelope} WHERE ${isReady} ORDER BY m.priority DESC, m.seq LIMIT ? + 0`,
  );
  const moving = ledger.statement<MessageRow>(`${selectMessage} WHERE ${isMoving}`);
  const outlook = ledger.statement<{ is_busy: 0 | 1 }>(`
    SELECT (EXISTS (SELECT 1 FROM queue_messages m WHERE ${isReady})
         OR EXISTS (SELECT 1 FROM queue_messages m WHERE ${isMoving} AND ${isOverdue})) AS is_busy`);
  const take = ledger.statement(`
    UPDATE queue_messages
    SET state = 'leased', worker = ?, leased_at = ?, due_at = ?, reason = NULL, step = NULL
    WHERE seq = ?`);
  const inject = ledger.statement(`
    UPDATE queue_messages
    SET state = 'injected', worker = NULL, due_at = ?, injected_at = ?, channel = ?, step = 'printed'
    WHERE seq = ?`);
  const putBack = ledger.statement(`
    UPDATE queue_messages
    SET state = 'queued', worker = NULL, due_at = NULL, leased_at = NULL, injected_at = NULL, channel = NULL,
        step = NULL, reason = ?, attempts = ?, session_lost_at = coalesce(?, session_lost_at)
    WHERE seq = ?`);
  const pending = ledger.statement<{ n: number }>(`SELECT count(*) AS n FROM queue_messages m WHERE ${isReady}`);
  const next = ledger.statement<{ priority: number }>(
    `SELECT m.priority FROM queue_messages m WHERE ${isReady} ORDER BY m.priority DESC, m.seq LIMIT 1`,
  );
  const anyOverdue = ledger.statement(`${overdueAnywhere} LIMIT 1`);
  const allOverdue = ledger.statement<MessageRow>(
    `${selectMessage} WHERE m.seq IN (${overdueAnywhere}) ORDER BY m.seq`,
  );

  const requeue = (row: MessageRow, { action, at, reason, actor, attempts, isSessionLost }: Requeue): void => {
    putBack.run(reason, attempts ?? row.attempts, isSessionLost ? at : null, row.seq);
    transitions.record(row, { action, to: 'queued', at, reason, ...(actor !== undefined && { actor }) });
  };

  const takeBack = (row: MessageRow, at: number, result: Overdue): void => {
    const attempts = row.attempts + 1;
    const [action, reason, list] =
      row.state === 'leased'
        ? (['expired', 'the lease ran out', result.expired] as const)
        : (['unproven', 'no evidence that it arrived', result.unproven] as const);
    requeue(row, { action, at, reason, attempts });
    if (attempts < ledger.settings.attemptsMax) list.push(row.id);
    else {
      const death = { of: 'attempts', reason: 'attempts', at, attempts } as const;
      result.dead.push(...dependencies.die({ ...row, state: 'queued' }, death));
    }
  };

  const leaseNow = (recipient: string, worker: string, limit: number, expiresAt: number, now: number): Message[] => {
    if (parking.isOn(recipient, now)) return [];
    parking.unparkDue(now);
    const lost: Overdue = { expired: [], unproven: [], dead: [] };
    let barrier: MessageRow | undefined;
    for (const row of moving.all(recipient)) {
      if (row.due_at !== null && (row.due_at <= now || (row.leased_at ?? 0) > now + clockStepMs)) takeBack(row, now, lost);
      else if (row.state === 'leased' && row.worker !== worker)
        barrier = barrier === undefined || isBefore(row, barrier) ? row : barrier;
    }
    const rows = ready.all(recipient, limit);
    const free = rows.filter((row) => barrier === undefined || isBefore(row, barrier));
    for (const row of free) {
      take.run(worker, now, expiresAt, row.seq);
      transitions.record({ seq: row.seq, state: 'queued' }, { action: 'leased', to: 'leased', at: now, actor: worker });
    }
    const leased = { state: 'leased', leasedAt: now, leaseExpiresAt: expiresAt } as const;
    return free.map((row) => ({ ...toQueuedMessage(row), ...leased }));
  };

  return {
    lease(recipient, options) {
      const to = parseAddress('recipient', recipient);
      const worker = parseReason('worker', options.worker);
      const limit = parseWhole('limit', options.limit ?? 20, 1, 1_000);
      const leaseMs = parseWhole('leaseMs', options.leaseMs ?? ledger.settings.leaseMs, 1, 3_600_000);
      const now = ledger.now();
      if (ledger.read(() => outlook.get(to, to, now, now)?.is_busy !== 1)) return [];
      return ledger.write(() => leaseNow(to, worker, limit, now + leaseMs, now), 'handed-over');
    },
    inject(ids, options) {
      const worker = parseReason('worker', options.worker);
      const channel = parseWord('channel', options.channel);
      const { evidenceRef } = options;
      const ref = evidenceRef === undefined ? undefined : parseText('evidenceRef', evidenceRef, 4_096);
      ledger.write(() => {
        const at = ledger.now();
        const rows = ids.map((id) => messages.getRow(id));
        const lost = rows.filter((row) => !isHeldBy(row, worker) && !isPastInjection(row));
        if (lost.length > 0) throw errors.leaseLost(lost.map((row) => row.id), worker);
        for (const row of rows.filter((one) => one.state === 'leased')) {
          inject.run(at + ledger.settings.evidenceMs, at, channel, row.seq);
          const entry = { action: 'injected', to: 'injected', at, step: 'printed', channel, actor: worker } as const;
          transitions.record(row, { ...entry, evidence: { ref } });
        }
      }, 'handed-over');
    },
    release(ids, options) {
      const worker = parseReason('worker', options.worker);
      const reason = options.reason === undefined ? null : parseReason('reason', options.reason);
      ledger.write(() => {
        const at = ledger.now();
        const rows = ids.map((id) => messages.getRow(id));
        const lost = rows.filter((row) => row.state === 'leased' && row.worker !== worker);
        if (lost.length > 0) throw errors.leaseLost(lost.map((row) => row.id), worker);
        for (const row of rows.filter((one) => one.state === 'leased'))
          requeue(row, { action: 'released', at, reason, actor: worker });
      }, 'handed-over');
    },
    requeueUnseen(recipient, reason) {
      const to = parseAddress('recipient', recipient);
      const why = parseReason('reason', reason);
      return ledger.write(() => {
        const at = ledger.now();
        const rows = moving.all(to).filter((row) => row.state === 'injected').sort((a, b) => a.seq - b.seq);
        for (const row of rows) requeue(row, { action: 'requeued', at, reason: why, isSessionLost: true });
        return rows.map((row) => row.id);
      });
    },
    pendingCount: (recipient) => ledger.read(() => pending.get(recipient)?.n ?? 0),
    nextFor: (recipient) =>
      ledger.snapshot(() => (parking.isOn(recipient, ledger.now()) ? undefined : next.get(recipient)?.priority)),
    hasOverdue: (now) => anyOverdue.get(now, now) !== undefined,
    requeueOverdue(now) {
      const result: Overdue = { expired: [], unproven: [], dead: [] };
      for (const row of allOverdue.all(now, now)) takeBack(row, now, result);
      return result;
    },
  };
}

const isHeldBy = (row: MessageRow, worker: string): boolean => row.state === 'leased' && row.worker === worker;

/** Evidence overtook the hook's own report, or the report came twice: there is nothing left to say. */
const isPastInjection = (row: MessageRow): boolean =>
  row.state === 'injected' || row.state === 'seen' || row.state === 'done' || row.state === 'failed';
