import type { Ledger } from './ledger.ts';
import { slowestMax } from './statistics.ts';

// Each transaction removes so many, so that no other process waits long for the lock.
const batch = 500;

/**
 * Returns `prune`. Of the messages that have ended it keeps the newest, those that ended a short while ago, the
 * slowest, and every one with a reply still owed. The newest message and the message of the newest transition
 * stay too: SQLite gives a number again when the row with the largest one is gone.
 */
export function createRetention(ledger: Ledger): () => number {
  const removable = ledger.statement<{ seq: number }>(`
    WITH ended AS (
      SELECT seq, coalesce(finished_at, seen_at) AS at FROM queue_messages
      WHERE state = 'done' OR state = 'failed' OR state = 'dead'
         OR (state = 'seen' AND kind <> 'task' AND started_at IS NULL)
      ORDER BY at DESC, seq DESC LIMIT -1 OFFSET ? + 0)
    SELECT e.seq FROM ended e
    WHERE e.at <= ?
      AND e.seq NOT IN (
        SELECT seq FROM queue_messages WHERE duration_ms IS NOT NULL ORDER BY duration_ms DESC, seq LIMIT ${slowestMax})
      AND e.seq < (SELECT max(seq) FROM queue_messages)
      AND e.seq <> (SELECT message_seq FROM queue_transitions ORDER BY seq DESC LIMIT 1)
      AND NOT EXISTS (SELECT 1 FROM queue_obligations o WHERE o.message_seq = e.seq AND o.closed_at IS NULL)
    LIMIT ${batch}`);
  const removeHistory = ledger.statement(`
    WITH RECURSIVE chain (seq, previous) AS (
      SELECT t.seq, t.previous FROM queue_messages m JOIN queue_transitions t ON t.seq = m.last_transition WHERE m.seq = ?
      UNION ALL
      SELECT t.seq, t.previous FROM chain c JOIN queue_transitions t ON t.seq = c.previous)
    DELETE FROM queue_transitions WHERE seq IN (SELECT seq FROM chain)`);
  const remove = ledger.statement('DELETE FROM queue_messages WHERE seq = ?');

  const removeBatch = (before: number): number => {
    const rows = removable.all(ledger.settings.finishedMax, before);
    for (const { seq } of rows) {
      removeHistory.run(seq);
      remove.run(seq);
    }
    return rows.length;
  };

  return () => {
    const before = ledger.now() - ledger.settings.retainMs;
    let removed = 0;
    for (;;) {
      const count = ledger.write(() => removeBatch(before), 'handed-over');
      removed += count;
      if (count < batch) return removed;
    }
  };
}
