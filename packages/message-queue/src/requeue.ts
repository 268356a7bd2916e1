import type { Dependencies } from './dependencies.ts';
import type { Ledger } from './ledger.ts';
import { selectMessage, type MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { SweepResult, TransitionAction } from './types.ts';
import { parseAddress, parseReason } from './validation.ts';

interface Parts {
  readonly transitions: TransitionLog;
  readonly dependencies: Dependencies;
}

export type Overdue = Pick<SweepResult, 'expired' | 'unproven' | 'dead'>;

interface Return {
  readonly action: TransitionAction;
  readonly at: number;
  readonly reason: string | null;
  readonly actor?: string;
  readonly attempts?: number;
  readonly isSessionLost?: boolean;
}

/** The ways back into the queue. A message that comes back keeps its place: its sequence number does not change. */
export interface Requeue {
  readonly requeueUnseen: (recipient: string, reason: string, ids?: readonly string[]) => string[];
  /** What is on its way to a recipient: leased or injected. */
  readonly listMoving: (recipient: string) => MessageRow[];
  readonly putBack: (row: MessageRow, entry: Return) => void;
  /** Belongs in a transaction: ends a delivery of which nothing was heard in time, and with the last one the message. */
  readonly takeBack: (row: MessageRow, at: number, result: Overdue) => void;
  readonly hasOverdue: (now: number) => boolean;
  readonly takeBackOverdue: (now: number) => Overdue;
}

// A delivery that began in the future began before the clock was set back: without this it would be stuck until the
// clock has caught up.
const clockStepMs = 60_000;

/** Takes the time twice. */
export const overdue = `m.due_at IS NOT NULL AND (m.due_at <= ? OR m.leased_at > ? + ${clockStepMs})`;
export const isOverdue = ({ due_at, leased_at }: MessageRow, now: number): boolean =>
  due_at !== null && (due_at <= now || (leased_at ?? 0) > now + clockStepMs);

export const moving = `m.inbox = ? AND (m.state = 'leased' OR m.state = 'injected')`;

// From one recipient to the next through the index: a history of any length is not looked at.
const overdueAnywhere = `
  WITH RECURSIVE waiting (recipient) AS (
    SELECT min(inbox) FROM queue_messages WHERE inbox IS NOT NULL
    UNION ALL
    SELECT (SELECT min(m.inbox) FROM queue_messages m WHERE m.inbox > waiting.recipient)
    FROM waiting WHERE waiting.recipient IS NOT NULL)
  SELECT m.seq FROM waiting w CROSS JOIN queue_messages m
  WHERE m.inbox = w.recipient AND (m.state = 'leased' OR m.state = 'injected') AND ${overdue}
    AND NOT EXISTS (SELECT 1 FROM queue_parked p WHERE p.recipient = w.recipient)`;

export function createRequeue(ledger: Ledger, { transitions, dependencies }: Parts): Requeue {
  const allMoving = ledger.statement<MessageRow>(`${selectMessage} WHERE ${moving}`);
  const queueAgain = ledger.statement(`
    UPDATE queue_messages
    SET state = 'queued', worker = NULL, due_at = NULL, leased_at = NULL, injected_at = NULL, channel = NULL,
        step = NULL, reason = ?, attempts = ?, session_lost_at = coalesce(?, session_lost_at)
    WHERE seq = ?`);
  const anyOverdue = ledger.statement(`${overdueAnywhere} LIMIT 1`);
  const allOverdue = ledger.statement<MessageRow>(
    `${selectMessage} WHERE m.seq IN (${overdueAnywhere}) ORDER BY m.seq`,
  );

  const putBack = (row: MessageRow, entry: Return): void => {
    const { action, at, reason, actor = null, attempts = row.attempts, isSessionLost = false } = entry;
    queueAgain.run(reason, attempts, isSessionLost ? at : null, row.seq);
    transitions.record(row, { action, to: 'queued', at, reason, actor });
  };

  const takeBack = (row: MessageRow, at: number, result: Overdue): void => {
    const attempts = row.attempts + 1;
    const [action, reason, list] =
      row.state === 'leased'
        ? (['expired', 'the lease ran out', result.expired] as const)
        : (['unproven', 'no evidence that it arrived', result.unproven] as const);
    putBack(row, { action, at, reason, attempts });
    if (attempts < ledger.settings.attemptsMax) list.push(row.id);
    else {
      const death = { of: 'attempts', reason: 'attempts', at, attempts } as const;
      result.dead.push(...dependencies.die({ ...row, state: 'queued' }, death));
    }
  };

  return {
    listMoving: (recipient) => allMoving.all(recipient),
    putBack,
    takeBack,
    requeueUnseen(recipient, reason, ids) {
      const to = parseAddress('recipient', recipient);
      const why = parseReason('reason', reason);
      return ledger.write(() => {
        const at = ledger.now();
        const rows = allMoving
          .all(to)
          .filter(({ id, state }) => state === 'injected' && (ids === undefined || ids.includes(id)));
        rows.sort((a, b) => a.seq - b.seq);
        for (const row of rows) putBack(row, { action: 'requeued', at, reason: why, isSessionLost: true });
        return rows.map((row) => row.id);
      });
    },
    hasOverdue: (now) => anyOverdue.get(now, now) !== undefined,
    takeBackOverdue(now) {
      const result: Overdue = { expired: [], unproven: [], dead: [] };
      for (const row of allOverdue.all(now, now)) takeBack(row, now, result);
      return result;
    },
  };
}
