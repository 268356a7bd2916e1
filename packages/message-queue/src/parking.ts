import type { Ledger } from './ledger.ts';
import type { ParkedRecipient } from './types.ts';
import { parseAddress, parseReason, parseTime } from './validation.ts';

/**
 * A parked recipient is limited or offline. Its time stands still: when parking ends, every lease, wait for
 * evidence and owed reply has as much time left as when it began.
 */
export interface Parking {
  readonly park: (
    recipient: string,
    options: { readonly reason: string; readonly until?: number | undefined },
  ) => void;
  readonly unpark: (recipient: string) => boolean;
  readonly list: () => ParkedRecipient[];
  /** True when nothing may be handed out now. */
  readonly isOn: (recipient: string, now: number) => boolean;
  /** Belongs in a transaction: ends parking whose time has come. Returns the recipients. */
  readonly unparkDue: (now: number) => string[];
  readonly hasDue: (now: number) => boolean;
}

interface ParkedRow {
  readonly recipient: string;
  readonly reason: string;
  readonly parked_at: number;
  readonly parked_until: number | null;
}

export function createParking(ledger: Ledger): Parking {
  const park = ledger.statement(`
    INSERT INTO queue_parked (recipient, parked_at, parked_until, reason) VALUES (?, ?, ?, ?)
    ON CONFLICT (recipient) DO UPDATE SET parked_until = excluded.parked_until, reason = excluded.reason`);
  const parked = ledger.statement<ParkedRow>('SELECT * FROM queue_parked ORDER BY recipient');
  const one = ledger.statement<ParkedRow>('SELECT * FROM queue_parked WHERE recipient = ?');
  const due = ledger.statement<ParkedRow>(
    'SELECT * FROM queue_parked WHERE parked_until <= ? ORDER BY recipient',
  );
  const clear = ledger.statement('DELETE FROM queue_parked WHERE recipient = ?');
  // What began while the recipient was parked has stood still only since then.
  const shiftDeliveries = ledger.statement(`
    UPDATE queue_messages SET due_at = due_at + max(0, ? - max(?, coalesce(injected_at, leased_at, 0)))
    WHERE inbox = ? AND due_at IS NOT NULL`);
  const shiftPromises = ledger.statement(`
    UPDATE queue_messages SET reply_by = reply_by + max(0, ? - max(?, coalesce(seen_at, created_at)))
    WHERE seq IN (SELECT message_seq FROM queue_obligations WHERE debtor = ? AND closed_at IS NULL)`);
  const shiftReports = ledger.statement(`
    UPDATE queue_obligations AS o
    SET next_at = next_at + (
      SELECT max(0, ? - max(?, coalesce(o.nudged_at, 0), coalesce(m.seen_at, m.created_at)))
      FROM queue_messages m WHERE m.seq = o.message_seq)
    WHERE debtor = ? AND closed_at IS NULL AND next_at IS NOT NULL`);

  const unpark = (row: ParkedRow, now: number): string => {
    for (const shift of [shiftDeliveries, shiftPromises, shiftReports])
      shift.run(now, row.parked_at, row.recipient);
    clear.run(row.recipient);
    return row.recipient;
  };

  return {
    park(recipient, { reason, until }) {
      const to = until === undefined ? null : parseTime('until', until);
      const values = [
        parseAddress('recipient', recipient),
        ledger.now(),
        to,
        parseReason('reason', reason),
      ] as const;
      ledger.write(() => park.run(...values));
    },
    unpark: (recipient) =>
      ledger.write(() => {
        const row = one.get(recipient);
        if (row) unpark(row, ledger.now());
        return row !== undefined;
      }),
    list: () =>
      ledger.read(() =>
        parked.all().map((row) => ({
          recipient: row.recipient,
          reason: row.reason,
          since: row.parked_at,
          until: row.parked_until,
        })),
      ),
    isOn(recipient, now) {
      const row = one.get(recipient);
      return row !== undefined && (row.parked_until === null || row.parked_until > now);
    },
    unparkDue: (now) => due.all(now).map((row) => unpark(row, now)),
    hasDue: (now) => due.get(now) !== undefined,
  };
}
