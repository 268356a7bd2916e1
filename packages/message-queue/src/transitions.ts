import type { Ledger } from './ledger.ts';
import type { MessageRow } from './rows.ts';
import type { Evidence, EvidenceStep, MessageState, Transition, TransitionAction } from './types.ts';
import { parseWhole } from './validation.ts';

interface Entry {
  readonly action: TransitionAction;
  readonly at: number;
  /** Default: the state does not change. */
  readonly to?: MessageState;
  readonly step?: EvidenceStep | null;
  readonly channel?: string | null;
  readonly actor?: string | null;
  readonly reason?: string | null;
  readonly evidence?: Evidence & { readonly ref?: string | undefined };
}

export interface TransitionLog {
  /** Belongs in the transaction that makes the change. `row` is the message as it was before. */
  readonly record: (row: Pick<MessageRow, 'seq' | 'state'>, entry: Entry) => void;
  /** The first row of a message: before it there was no state. */
  readonly recordFirst: (seq: number, entry: Entry & { readonly to: MessageState }) => void;
  readonly list: (options?: {
    readonly after?: number | undefined;
    readonly limit?: number | undefined;
  }) => Transition[];
  readonly listOf: (messageSeq: number) => Transition[];
}

interface TransitionRow {
  readonly seq: number;
  readonly at: number;
  readonly action: TransitionAction;
  readonly from_state: MessageState | null;
  readonly to_state: MessageState;
  readonly step: EvidenceStep | null;
  readonly channel: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly evidence: string | null;
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
}

const select = `
  SELECT t.seq, t.at, t.action, t.from_state, t.to_state, t.step, t.channel, t.actor, t.reason, t.evidence,
         m.id, m.sender, m.recipient, m.kind
  FROM queue_transitions t JOIN queue_messages m ON m.seq = t.message_seq`;

export function createTransitionLog(ledger: Ledger): TransitionLog {
  const insert = ledger.statement(`
    INSERT INTO queue_transitions
      (at, message_seq, previous, action, from_state, to_state, step, channel, actor, reason, evidence)
    VALUES (?, ?, (SELECT last_transition FROM queue_messages WHERE seq = ?), ?, ?, ?, ?, ?, ?, ?, ?)`);
  const append = ledger.statement('UPDATE queue_messages SET last_transition = ? WHERE seq = ?');
  const tail = ledger.statement<TransitionRow>(`${select} WHERE t.seq > ? ORDER BY t.seq LIMIT ? + 0`);
  const ofMessage = ledger.statement<TransitionRow>(`
    WITH RECURSIVE chain (seq, previous) AS (
      SELECT t.seq, t.previous FROM queue_messages m JOIN queue_transitions t ON t.seq = m.last_transition WHERE m.seq = ?
      UNION ALL
      SELECT t.seq, t.previous FROM chain c JOIN queue_transitions t ON t.seq = c.previous)
    ${select} WHERE t.seq IN (SELECT seq FROM chain) ORDER BY t.seq`);

  const write = (seq: number, from: MessageState | null, to: MessageState, entry: Entry) => {
    const { at, action, step = null, channel = null, actor = null, reason = null, evidence } = entry;
    const values = [at, seq, seq, action, from, to, step, channel, actor, reason, toJson(evidence)] as const;
    append.run(Number(insert.run(...values).lastInsertRowid), seq);
  };

  return {
    record: (row, entry) => write(row.seq, row.state, entry.to ?? row.state, entry),
    recordFirst: (seq, entry) => write(seq, null, entry.to, entry),
    list(options = {}) {
      const after = parseWhole('after', options.after ?? 0, 0, Number.MAX_SAFE_INTEGER);
      const limit = parseWhole('limit', options.limit ?? 1_000, 1, 10_000);
      return ledger.read(() => tail.all(after, limit).map(toTransition));
    },
    listOf: (messageSeq) => ofMessage.all(messageSeq).map(toTransition),
  };
}

function toJson(evidence: Entry['evidence']): string | null {
  if (evidence === undefined) return null;
  const json = JSON.stringify(evidence);
  return json === '{}' ? null : json;
}

function toTransition(row: TransitionRow): Transition {
  return {
    seq: row.seq,
    at: row.at,
    messageId: row.id,
    action: row.action,
    from: row.from_state,
    to: row.to_state,
    ...(row.step !== null && { step: row.step }),
    ...(row.channel !== null && { channel: row.channel }),
    ...(row.actor !== null && { actor: row.actor }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.evidence !== null && {
      evidence: JSON.parse(row.evidence) as NonNullable<Transition['evidence']>,
    }),
    sender: row.sender,
    recipient: row.recipient,
    kind: row.kind,
  };
}
