import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import {
  isUndelivered,
  selectEnvelope,
  selectMessage,
  selectWhole,
  toMessage,
  type EnvelopeRow,
  type MessageRow,
  type WholeRow,
} from './rows.ts';
import type { ListFilter, Message, MessageState } from './types.ts';
import { parseWhole, type Draft } from './validation.ts';

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

export interface Messages {
  findRow(id: string): MessageRow | undefined;
  /** @throws ORC_QUEUE_UNKNOWN_MESSAGE */
  getRow(id: string): MessageRow;
  /** True when the message holds exactly what the draft says. */
  isSame(seq: number, draft: Draft): boolean;
  insert(draft: Draft & { readonly id: string }, birth: Birth): EnvelopeRow;
  /** The message as it is now; it must exist. */
  view(seq: number): Message;
  find(id: string): Message | undefined;
  list(filter?: ListFilter): Message[];
}

/** Up to here a body stands in the row of its message; four rows of that size still share a page. */
const shortLength = 700;

type Value = string | number;

const states: readonly MessageState[] = ['queued', 'leased', 'injected', 'seen', 'done', 'failed', 'dead'];

const orders = {
  oldest: 'm.seq',
  newest: 'm.seq DESC',
  delivery: 'm.recipient, m.priority DESC, m.seq',
} as const;

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
      return (
        row !== undefined &&
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
    },
    insert(draft, birth) {
      const { id, sender, recipient, kind, priority, topic, inReplyTo, expectReplyMs, body } = draft;
      const { createdAt, replyBy, repliedAt, attempts, seenAt, startedAt } = birth;
      const isShort = body.length <= shortLength;
      const tags = JSON.stringify(draft.tags);
      const after = JSON.stringify(draft.after);
      const state = seenAt === null ? 'queued' : 'seen';
      const content = [id, sender, recipient, kind, priority, isShort ? body : null, tags, after, topic] as const;
      const life = [replyBy, repliedAt, createdAt, attempts, seenAt, startedAt, state] as const;
      const inserted = insertMessage.run(...content, inReplyTo, expectReplyMs, ...life);
      const seq = Number(inserted.lastInsertRowid);
      if (!isShort) insertBody.run(seq, body);
      return {
        seq,
        id,
        sender,
        recipient,
        kind,
        priority,
        tags,
        after_ids: after,
        topic,
        in_reply_to: inReplyTo,
        expect_reply_ms: expectReplyMs,
        reply_by: replyBy,
        replied_at: repliedAt,
        created_at: createdAt,
        attempts,
        body,
      };
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
    list(filter = {}) {
      const { where, values } = toCondition(filter);
      const limit = parseWhole('limit', filter.limit ?? 100, 1, 10_000);
      const order = filter.order ?? 'oldest';
      if (!Object.hasOwn(orders, order)) throw errors.badInput('order', order, 'oldest, newest or delivery');
      const sql = `${selectWhole} ${where} ORDER BY ${orders[order]} LIMIT ?`;
      return ledger.read(() => ledger.statement<WholeRow>(sql).all(...values, limit).map(toMessage));
    },
  };
}

function toCondition(filter: ListFilter): { where: string; values: Value[] } {
  const terms: string[] = [];
  const values: Value[] = [];
  const add = (term: string, ...more: Value[]) => {
    terms.push(term);
    values.push(...more);
  };
  const { recipient, recipientPrefix, sender, state, kind, topic, tag, inReplyTo, afterSeq } = filter;
  if (recipient !== undefined) add('m.recipient = ?', recipient);
  if (recipientPrefix !== undefined) add('instr(m.recipient, ?) = 1', recipientPrefix);
  if (sender !== undefined) add('m.sender = ?', sender);
  if (kind !== undefined) add('m.kind = ?', kind);
  if (topic !== undefined) add('m.topic = ?', topic);
  if (inReplyTo !== undefined) add('m.in_reply_to = ?', inReplyTo);
  if (tag !== undefined) add('EXISTS (SELECT 1 FROM json_each(m.tags) WHERE value = ?)', tag);
  if (afterSeq !== undefined) add('m.seq > ?', afterSeq);
  if (state !== undefined) {
    const wanted = typeof state === 'string' ? [state] : state;
    for (const one of wanted)
      if (!states.includes(one)) throw errors.badInput('state', one, `one of ${states.join(', ')}`);
    add(`m.state IN (${wanted.map(() => '?').join(', ')})`, ...wanted);
    // Said once more in the words of the index, which then spares reading the whole history.
    if (wanted.every(isUndelivered)) add('m.inbox IS NOT NULL');
  }
  return { where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`, values };
}
