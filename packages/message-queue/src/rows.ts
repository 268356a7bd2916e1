import type { EvidenceStep, Message, MessageState } from './types.ts';

/** What a message was sent with. */
export interface EnvelopeRow {
  readonly seq: number;
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
  readonly priority: number;
  readonly tags: string;
  readonly after_ids: string;
  readonly topic: string | null;
  readonly in_reply_to: string | null;
  readonly expect_reply_ms: number | null;
  readonly reply_by: number | null;
  readonly replied_at: number | null;
  readonly created_at: number;
  readonly attempts: number;
  readonly body: string;
}

/** The columns that decide what may happen next. Few on purpose: most calls read nothing else. */
export interface MessageRow {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
  readonly priority: number;
  readonly state: MessageState;
  readonly attempts: number;
  readonly worker: string | null;
  readonly step: EvidenceStep | null;
  readonly death: 'attempts' | 'dependency' | 'cancel' | null;
  readonly expect_reply_ms: number | null;
  readonly replied_at: number | null;
  readonly created_at: number;
  readonly leased_at: number | null;
  readonly due_at: number | null;
  readonly seen_at: number | null;
  readonly started_at: number | null;
  readonly session_lost_at: number | null;
  readonly retried_at: number | null;
}

/** Everything that a `Message` is made of. */
export interface WholeRow extends EnvelopeRow {
  readonly state: MessageState;
  readonly blockers: number;
  readonly reason: string | null;
  readonly channel: string | null;
  readonly step: EvidenceStep | null;
  readonly result: string | null;
  readonly leased_at: number | null;
  readonly due_at: number | null;
  readonly injected_at: number | null;
  readonly seen_at: number | null;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly duration_ms: number | null;
  readonly is_parked: 0 | 1;
}

export const selectMessage = `
  SELECT m.seq, m.id, m.kind, m.priority, m.state, m.attempts, m.worker, m.step, m.death, m.expect_reply_ms,
         m.replied_at, m.created_at, m.leased_at, m.due_at, m.seen_at, m.started_at, m.session_lost_at, m.retried_at
  FROM queue_messages m`;

const envelope = `
  m.seq, m.id, m.sender, m.recipient, m.kind, m.priority, m.tags, m.after_ids, m.topic, m.in_reply_to,
  m.expect_reply_ms, m.reply_by, m.replied_at, m.created_at, m.attempts,
  coalesce(m.body, (SELECT b.body FROM queue_long_bodies b WHERE b.seq = m.seq)) AS body`;

export const selectEnvelope = `SELECT ${envelope} FROM queue_messages m`;

export const selectWhole = `
  SELECT ${envelope}, m.state, m.blockers, m.reason, m.channel, m.step, m.result, m.leased_at, m.due_at, m.injected_at,
         m.seen_at, m.started_at, m.finished_at, m.duration_ms,
         EXISTS (SELECT 1 FROM queue_parked p WHERE p.recipient = m.recipient) AS is_parked
  FROM queue_messages m`;

export const isUndelivered = (state: MessageState): boolean =>
  state === 'queued' || state === 'leased' || state === 'injected';

/** True when nothing that waits for this message has to wait any longer. */
export const isFulfilled = (row: Pick<MessageRow, 'state' | 'kind'>): boolean =>
  row.state === 'done' || (row.state === 'seen' && row.kind !== 'task');

/** A message that waits, of which nothing is known but what it was sent with. */
export function toQueuedMessage(row: EnvelopeRow): Message {
  return {
    id: row.id,
    seq: row.seq,
    sender: row.sender,
    recipient: row.recipient,
    kind: row.kind,
    priority: row.priority,
    body: row.body,
    tags: toList(row.tags),
    after: toList(row.after_ids),
    topic: row.topic,
    inReplyTo: row.in_reply_to,
    state: 'queued',
    isParked: false,
    isBlocked: false,
    reason: null,
    attempts: row.attempts,
    channel: null,
    step: null,
    result: null,
    createdAt: row.created_at,
    leasedAt: null,
    leaseExpiresAt: null,
    injectedAt: null,
    seenAt: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    expectReplyMs: row.expect_reply_ms,
    replyBy: row.reply_by,
    repliedAt: row.replied_at,
  };
}

export function toMessage(row: WholeRow): Message {
  return {
    ...toQueuedMessage(row),
    state: row.state,
    isParked: row.is_parked === 1 && isUndelivered(row.state),
    isBlocked: row.state === 'queued' && row.blockers > 0,
    reason: row.reason,
    channel: row.channel,
    step: row.step,
    result: row.result,
    leasedAt: row.leased_at,
    leaseExpiresAt: row.state === 'leased' ? row.due_at : null,
    injectedAt: row.injected_at,
    seenAt: row.seen_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    durationMs: row.duration_ms,
  };
}

function toList(json: string): string[] {
  return json === '[]' ? [] : (JSON.parse(json) as string[]);
}
