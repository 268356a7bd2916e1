import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import {
  selectEnvelope,
  selectMessage,
  selectWhole,
  toMessage,
  type EnvelopeRow,
  type MessageRow,
  type WholeRow,
} from './rows.ts';
import type { Message } from './types.ts';
import type { Draft } from './validation.ts';

/** What a message brings along that its draft does not say. */
interface Birth {
  readonly createdAt: number;
  readonly replyBy: number | null;
  readonly repliedAt: number | null;
  readonly attempts: number;
  /** Null for what has yet to be delivered. */
  readonly seenAt: number | null;
  readonly startedAt: number | null;
}

/** A message that has its id. */
export type NamedDraft = Draft & { readonly id: string };

export interface Messages {
  readonly findRow: (id: string) => MessageRow | undefined;
  /** @throws ORC_QUEUE_UNKNOWN_MESSAGE */
  readonly getRow: (id: string) => MessageRow;
  /** True when the message holds exactly what the draft says. */
  readonly isSame: (seq: number, draft: Draft) => boolean;
  readonly insert: (draft: NamedDraft, birth: Birth) => EnvelopeRow;
  /** The message as it is now; it must exist. */
  readonly view: (seq: number) => Message;
  readonly find: (id: string) => Message | undefined;
}

/** Up to here a body stands in the row of its message; four rows of that size still share a page. */
const shortLength = 700;

export function createMessages(ledger: Ledger): Messages {
  const byId = ledger.statement<MessageRow>(`${selectMessage} WHERE m.id = ?`);
  const wholeById = ledger.statement<WholeRow>(`${selectWhole} WHERE m.id = ?`);
  const wholeBySeq = ledger.statement<WholeRow>(`${selectWhole} WHERE m.seq = ?`);
  const envelopeOf = ledger.statement<EnvelopeRow>(`${selectEnvelope} WHERE m.seq = ?`);
  const insertMessage = ledger.statement(`
    INSERT INTO queue_messages (id, sender, recipient, kind, priority, body, tags, after_ids, topic, in_reply_to,
                                expect_reply_ms, reply_by, replied_at, created_at, attempts, seen_at, started_at, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertBody = ledger.statement('INSERT INTO queue_long_bodies (seq, body) VALUES (?, ?)');

  return {
    findRow: (id) => byId.get(id),
    getRow(id) {
      const row = typeof id === 'string' ? byId.get(id) : undefined;
      if (!row) throw errors.unknownMessage(id);
      return row;
    },
    isSame(seq, draft) {
      const row = envelopeOf.get(seq);
      return row !== undefined && isSameContent(draft, row);
    },
    insert(draft, birth) {
      const row = toEnvelope(draft, birth);
      const { seenAt, startedAt } = birth;
      const isShort = row.body.length <= shortLength;
      const inserted = insertMessage.run(
        ...[row.id, row.sender, row.recipient, row.kind, row.priority, isShort ? row.body : null],
        ...[row.tags, row.after_ids, row.topic, row.in_reply_to, row.expect_reply_ms],
        ...[row.reply_by, row.replied_at, row.created_at, row.attempts],
        ...[seenAt, startedAt, seenAt === null ? 'queued' : 'seen'],
      );
      const seq = Number(inserted.lastInsertRowid);
      if (!isShort) insertBody.run(seq, row.body);
      return { seq, ...row };
    },
    view(seq) {
      const row = wholeBySeq.get(seq);
      if (!row) throw errors.unknownMessage(String(seq));
      return toMessage(row);
    },
    find(id) {
      const row = typeof id === 'string' ? ledger.read(() => wholeById.get(id)) : undefined;
      return row && toMessage(row);
    },
  };
}

function toEnvelope(draft: NamedDraft, birth: Birth): Omit<EnvelopeRow, 'seq'> {
  return {
    id: draft.id,
    sender: draft.sender,
    recipient: draft.recipient,
    kind: draft.kind,
    priority: draft.priority,
    tags: JSON.stringify(draft.tags),
    after_ids: JSON.stringify(draft.after),
    topic: draft.topic,
    in_reply_to: draft.inReplyTo,
    expect_reply_ms: draft.expectReplyMs,
    reply_by: birth.replyBy,
    replied_at: birth.repliedAt,
    created_at: birth.createdAt,
    attempts: birth.attempts,
    body: draft.body,
  };
}

function isSameContent(draft: Draft, row: EnvelopeRow): boolean {
  return (
    draft.sender === row.sender &&
    draft.recipient === row.recipient &&
    draft.kind === row.kind &&
    draft.priority === row.priority &&
    draft.body === row.body &&
    draft.topic === row.topic &&
    draft.inReplyTo === row.in_reply_to &&
    draft.expectReplyMs === row.expect_reply_ms &&
    JSON.stringify(draft.tags) === row.tags &&
    JSON.stringify(draft.after) === row.after_ids
  );
}
