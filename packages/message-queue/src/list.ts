import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { isUndelivered, selectWhole, toMessage, type WholeRow } from './rows.ts';
import type { ListFilter, MessageState, Queue } from './types.ts';
import { parseWhole } from './validation.ts';

type Value = string | number;

const states: readonly MessageState[] = ['queued', 'leased', 'injected', 'seen', 'done', 'failed', 'dead'];

const orders = {
  oldest: 'm.seq',
  newest: 'm.seq DESC',
  delivery: 'm.recipient, m.priority DESC, m.seq',
} as const;

/** Returns `list`. */
export function createListing(ledger: Ledger): Queue['list'] {
  return (filter = {}) => {
    const { where, values } = toCondition(filter);
    const limit = parseWhole('limit', filter.limit ?? 100, 1, 10_000);
    const order = filter.order ?? 'oldest';
    if (!Object.hasOwn(orders, order)) throw errors.badInput('order', order, 'oldest, newest or delivery');
    const sql = `${selectWhole} ${where} ORDER BY ${orders[order]} LIMIT ?`;
    const rows = ledger.read(() => ledger.statement<WholeRow>(sql).all(...values, limit));
    return rows.map(toMessage);
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
