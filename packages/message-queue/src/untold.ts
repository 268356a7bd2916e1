import type { Ledger } from './ledger.ts';
import { selectWhole, toMessage, type WholeRow } from './rows.ts';
import type { Queue, Untold } from './types.ts';
import { parseWhole } from './validation.ts';

/**
 * What somebody has to be told: that a message has died, that a reply is overdue. An entry is written in the
 * transaction of the change, so whoever tells may be killed at any moment and finds it again.
 */
export interface UntoldLog extends Pick<Queue, 'untold' | 'told'> {
  /** Belongs in the transaction that makes the change. */
  readonly note: (
    messageSeq: number,
    entry: Pick<Untold, 'what' | 'at'> & { readonly actor?: string | null },
  ) => void;
}

interface UntoldRow extends WholeRow {
  readonly untold_seq: number;
  readonly untold_at: number;
  readonly what: Untold['what'];
  readonly actor: string | null;
  readonly is_current: 0 | 1;
}

export function createUntoldLog(ledger: Ledger): UntoldLog {
  const insert = ledger.statement(
    'INSERT INTO queue_untold (at, message_seq, what, actor) VALUES (?, ?, ?, ?)',
  );
  const remove = ledger.statement('DELETE FROM queue_untold WHERE seq = ?');
  const any = ledger.statement('SELECT 1 FROM queue_untold LIMIT 1');
  const all = ledger.statement<UntoldRow>(`
    SELECT w.*, u.seq AS untold_seq, u.at AS untold_at, u.what, u.actor,
      CASE u.what WHEN 'dead' THEN w.state = 'dead'
                  ELSE EXISTS (SELECT 1 FROM queue_obligations o
                               WHERE o.message_seq = u.message_seq AND o.closed_at IS NULL) END AS is_current
    FROM (SELECT * FROM queue_untold ORDER BY seq LIMIT ? + 0) u JOIN (${selectWhole}) w ON w.seq = u.message_seq
    ORDER BY u.seq`);
  return {
    note: (messageSeq, { what, at, actor = null }) => void insert.run(at, messageSeq, what, actor),
    untold(limit = 100) {
      const max = parseWhole('limit', limit, 1, 10_000);
      if (ledger.read(() => any.get()) === undefined) return [];
      return ledger.read(() => all.all(max).map(toUntold));
    },
    told(seq) {
      const entry = parseWhole('seq', seq, 1, Number.MAX_SAFE_INTEGER);
      ledger.write(() => void remove.run(entry));
    },
  };
}

function toUntold(row: UntoldRow): Untold {
  return {
    seq: row.untold_seq,
    at: row.untold_at,
    what: row.what,
    actor: row.actor,
    isCurrent: row.is_current === 1,
    message: toMessage(row),
  };
}
