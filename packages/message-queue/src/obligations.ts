import type { Ledger } from './ledger.ts';
import type { MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { MessageState, Obligation, ObligationFilter } from './types.ts';
import type { UntoldLog } from './untold.ts';
import { parseWhole } from './validation.ts';

/** Who owes whom a reply. A row lives from the send of the question until it is closed, whatever happens to the model. */
export interface Obligations {
  readonly open: (
    seq: number,
    message: { readonly debtor: string; readonly creditor: string; readonly replyBy: number },
  ) => void;
  /** The debtor has it in front of it now: the time to reply begins. */
  readonly rebase: (row: MessageRow, seenAt: number) => void;
  /** A reply was sent by `sender`; it counts only when it was `sender` that owed it. */
  readonly discharge: (inReplyTo: string, sender: string, at: number) => void;
  readonly close: (seq: number, by: 'outcome' | 'death', at: number) => void;
  /** A message that was dead or failed is on its way again. */
  readonly reopen: (row: MessageRow, at: number) => void;
  /** Whether the sender owes the recipient a reply to this message. */
  readonly isOwed: (reply: {
    readonly inReplyTo: string;
    readonly sender: string;
    readonly recipient: string;
  }) => boolean;
  readonly hasDue: (now: number) => boolean;
  /** Each becomes due twice: once as a nudge, and one period later as an escalation. */
  readonly report: (now: number) => { readonly nudged: Obligation[]; readonly escalated: Obligation[] };
  /** The debtor was asked for the reply by other means. False when it was reminded before, or owes none. */
  readonly remind: (messageId: string) => boolean;
  readonly list: (filter?: ObligationFilter) => Obligation[];
}

interface ObligationRow {
  readonly seq: number;
  readonly state: MessageState;
  readonly id: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly expect_reply_ms: number;
  readonly created_at: number;
  readonly seen_at: number | null;
  readonly reply_by: number;
  readonly replied_at: number | null;
  readonly nudged_at: number | null;
  readonly escalated_at: number | null;
  readonly closed_at: number | null;
  readonly closed_by: Obligation['closedBy'];
}

const select = `
  SELECT m.seq, m.state, m.id, o.debtor, o.creditor, m.expect_reply_ms, m.created_at, m.seen_at, m.reply_by, m.replied_at,
         o.nudged_at, o.escalated_at, o.closed_at, o.closed_by
  FROM queue_obligations o JOIN queue_messages m ON m.seq = o.message_seq`;

const isDue = `o.next_at <= ? AND NOT EXISTS
  (SELECT 1 FROM queue_parked p WHERE p.recipient = o.debtor)`;

export function createObligations(
  ledger: Ledger,
  transitions: TransitionLog,
  untold: UntoldLog,
): Obligations {
  const statements = prepare(ledger);
  return {
    open: (seq, { debtor, creditor, replyBy }) => void statements.insert.run(seq, debtor, creditor, replyBy),
    rebase(row, seenAt) {
      if (row.expect_reply_ms === null) return;
      statements.promise.run(seenAt + row.expect_reply_ms, row.seq);
      statements.postpone.run(seenAt + row.expect_reply_ms, row.seq);
    },
    discharge(inReplyTo, sender, at) {
      const row = statements.question.get(inReplyTo, sender);
      if (!row || row.replied_at !== null) return;
      statements.reply.run(at, row.seq);
      statements.close.run(at, 'reply', row.seq);
      transitions.record(row, { action: 'replied', at, actor: sender });
    },
    close: (seq, by, at) => void statements.close.run(at, by, seq),
    reopen(row, at) {
      if (row.expect_reply_ms === null || row.replied_at !== null) return;
      statements.promise.run(at + row.expect_reply_ms, row.seq);
      statements.reopen.run(at + row.expect_reply_ms, row.seq);
    },
    isOwed: ({ inReplyTo, sender, recipient }) =>
      statements.openDebt.get(inReplyTo, sender, recipient) !== undefined,
    hasDue: (now) => statements.anyDue.get(now) !== undefined,
    report(now) {
      const nudged: Obligation[] = [];
      const escalated: Obligation[] = [];
      for (const row of statements.due.all(now)) {
        if (row.nudged_at === null) {
          statements.nudge.run(now, now + row.expect_reply_ms, row.seq);
          nudged.push(toObligation({ ...row, nudged_at: now }));
          transitions.record(row, { action: 'nudged', at: now });
          untold.note(row.seq, { what: 'nudged', at: now });
        } else {
          statements.escalate.run(now, row.seq);
          escalated.push(toObligation({ ...row, escalated_at: now }));
          transitions.record(row, { action: 'escalated', at: now });
          untold.note(row.seq, { what: 'escalated', at: now });
        }
      }
      return { nudged, escalated };
    },
    remind: (messageId) =>
      ledger.write(() => {
        const now = ledger.now();
        const row = statements.owed.get(messageId);
        if (!row) return false;
        statements.nudge.run(now, now + row.expect_reply_ms, row.seq);
        transitions.record(row, { action: 'nudged', at: now });
        return true;
      }),
    list: createListing(ledger),
  };
}

function createListing(ledger: Ledger): Obligations['list'] {
  return (filter = {}) => {
    const terms: string[] = [];
    const values: string[] = [];
    if (filter.open !== undefined) terms.push(`o.closed_at IS ${filter.open ? '' : 'NOT '}NULL`);
    for (const party of ['debtor', 'creditor'] as const) {
      const name = filter[party];
      if (name === undefined) continue;
      terms.push(`o.${party} = ?`);
      values.push(name);
    }
    const limit = parseWhole('limit', filter.limit ?? 1_000, 1, 10_000);
    const where = terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`;
    const sql = `${select} ${where} ORDER BY m.reply_by, m.seq LIMIT ?`;
    return ledger.read(() =>
      ledger
        .statement<ObligationRow>(sql)
        .all(...values, limit)
        .map(toObligation),
    );
  };
}

function prepare(ledger: Ledger) {
  return {
    insert: ledger.statement(
      'INSERT INTO queue_obligations (message_seq, debtor, creditor, next_at) VALUES (?, ?, ?, ?)',
    ),
    promise: ledger.statement('UPDATE queue_messages SET reply_by = ? WHERE seq = ?'),
    postpone: ledger.statement(
      'UPDATE queue_obligations SET next_at = ? WHERE message_seq = ? AND next_at IS NOT NULL',
    ),
    close: ledger.statement(`
    UPDATE queue_obligations SET closed_at = ?, closed_by = ?, next_at = NULL
    WHERE message_seq = ? AND closed_at IS NULL`),
    reopen: ledger.statement(`
    UPDATE queue_obligations
    SET closed_at = NULL, closed_by = NULL, nudged_at = NULL, escalated_at = NULL, next_at = ?
    WHERE message_seq = ? AND closed_by IN ('outcome', 'death')`),
    question: ledger.statement<{ seq: number; state: MessageState; replied_at: number | null }>(
      'SELECT seq, state, replied_at FROM queue_messages WHERE id = ? AND recipient = ?',
    ),
    reply: ledger.statement('UPDATE queue_messages SET replied_at = ? WHERE seq = ?'),
    nudge: ledger.statement('UPDATE queue_obligations SET nudged_at = ?, next_at = ? WHERE message_seq = ?'),
    escalate: ledger.statement(
      'UPDATE queue_obligations SET escalated_at = ?, next_at = NULL WHERE message_seq = ?',
    ),
    owed: ledger.statement<ObligationRow>(
      `${select} WHERE m.id = ? AND o.closed_at IS NULL AND o.nudged_at IS NULL`,
    ),
    openDebt: ledger.statement(
      `${select} WHERE m.id = ? AND o.debtor = ? AND o.creditor = ? AND o.closed_at IS NULL`,
    ),
    anyDue: ledger.statement(`SELECT 1 FROM queue_obligations o WHERE ${isDue} LIMIT 1`),
    due: ledger.statement<ObligationRow>(`${select} WHERE ${isDue} ORDER BY o.next_at, m.seq`),
  };
}

function toObligation(row: ObligationRow): Obligation {
  return {
    messageId: row.id,
    debtor: row.debtor,
    creditor: row.creditor,
    expectReplyMs: row.expect_reply_ms,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    replyBy: row.reply_by,
    nudgedAt: row.nudged_at,
    escalatedAt: row.escalated_at,
    repliedAt: row.replied_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
  };
}
