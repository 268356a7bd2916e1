import { backupDatabase, findIntegrityProblems } from '@orc/sqlite';
import { refuseCycles } from './cycles.ts';
import type { Dependencies } from './dependencies.ts';
import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Messages, NamedDraft } from './messages.ts';
import type { Obligations } from './obligations.ts';
import { selectWhole, toMessage, type WholeRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { Message, Queue } from './types.ts';
import { parseDraft, parseTime, parseWhole } from './validation.ts';

interface Parts {
  readonly messages: Messages;
  readonly transitions: TransitionLog;
  readonly obligations: Obligations;
  readonly dependencies: Dependencies;
}

export type Portability = Pick<Queue, 'exportPending' | 'importPending' | 'integrity' | 'backup'>;

const PAGE_MAX = 10_000;
/** SQLite reads a negative limit as none. */
const ALL = -1;

interface Arrival {
  readonly draft: NamedDraft;
  readonly createdAt: number;
  readonly attempts: number;
  /** Null for what has yet to be delivered. */
  readonly seenAt: number | null;
  readonly startedAt: number | null;
  readonly repliedAt: number | null;
}

export function createPortability(ledger: Ledger, parts: Parts): Portability {
  const { messages, transitions, obligations, dependencies } = parts;
  const pending = ledger.statement<WholeRow>(`
    ${selectWhole} WHERE (m.inbox IS NOT NULL OR (m.state = 'seen' AND m.kind = 'task')) AND m.seq > ?
    ORDER BY m.seq LIMIT ?`);
  const insert = ({ draft, ...life }: Arrival, now: number): number => {
    const { sender, recipient, expectReplyMs } = draft;
    // The time to reply begins anew: nobody could reply while the message was between two ledgers.
    const replyBy = expectReplyMs === null ? null : now + expectReplyMs;
    const { seq } = messages.insert(draft, { ...life, replyBy });
    transitions.recordFirst(seq, {
      action: 'imported',
      to: life.seenAt === null ? 'queued' : 'seen',
      at: now,
    });
    if (replyBy !== null && life.repliedAt === null)
      obligations.open(seq, { debtor: recipient, creditor: sender, replyBy });
    return seq;
  };

  return {
    exportPending: ({ afterSeq = 0, limit } = {}) => {
      const most = limit === undefined ? ALL : parseWhole('limit', limit, 1, PAGE_MAX);
      const after = parseWhole('afterSeq', afterSeq, 0, Number.MAX_SAFE_INTEGER);
      return ledger.read(() => pending.all(after, most).map(toMessage));
    },
    importPending(list) {
      const arrivals = list.map((message) => parseArrival(message, ledger));
      refuseCycles(arrivals.map(({ draft }) => draft));
      return ledger.write(() => {
        const now = ledger.now();
        const added: { seq: number; id: string; after: readonly string[] }[] = [];
        for (const arrival of arrivals) {
          const existing = messages.findRow(arrival.draft.id);
          if (!existing) {
            const { id, after } = arrival.draft;
            added.push({ seq: insert(arrival, now), id, after });
          } else if (!messages.isSame(existing.seq, arrival.draft)) throw errors.idTaken(existing.id);
        }
        // A dependency that did not come along had been fulfilled where the message comes from.
        for (const one of added) {
          const after = one.after.filter((id) => messages.findRow(id) !== undefined);
          if (dependencies.link({ ...one, after }))
            dependencies.die(messages.getRow(one.id), { of: 'dependency', reason: 'dependency', at: now });
        }
        return added.length;
      });
    },
    integrity: () =>
      ledger.snapshot(() => [...findIntegrityProblems(ledger.database), ...findContradictions(ledger)]),
    async backup(path) {
      if (!ledger.database.open) throw errors.closed(ledger.path);
      await backupDatabase(ledger.database, path);
    },
  };
}

function parseArrival(message: Message, ledger: Ledger): Arrival {
  const draft = parseDraft(message, ledger.settings);
  if (draft.id === undefined) throw errors.badInput('id', undefined, 'the id of the message');
  const isSeen = message.state === 'seen';
  return {
    draft: { ...draft, id: draft.id },
    createdAt: parseTime('createdAt', message.createdAt),
    attempts: parseWhole('attempts', message.attempts, 0, Number.MAX_SAFE_INTEGER),
    seenAt: isSeen ? parseTime('seenAt', message.seenAt) : null,
    startedAt: isSeen && message.startedAt !== null ? parseTime('startedAt', message.startedAt) : null,
    repliedAt: message.repliedAt === null ? null : parseTime('repliedAt', message.repliedAt),
  };
}

/** What a correct program can never leave behind: a repair by hand, or a defect, is found here. */
function findContradictions(ledger: Ledger): string[] {
  const blockers = ledger.statement<{ id: string; blockers: number; n: number }>(`
    SELECT m.id, m.blockers, (SELECT count(*) FROM queue_dependencies d WHERE d.message_seq = m.seq) AS n
    FROM queue_messages m WHERE m.state = 'queued' AND m.blockers <> n`);
  const bodiless = ledger.statement<{ id: string }>(
    'SELECT id FROM queue_messages WHERE body IS NULL AND seq NOT IN (SELECT seq FROM queue_long_bodies)',
  );
  const unexplained = ledger.statement<{ id: string; state: string }>(`
    SELECT m.id, m.state FROM queue_messages m LEFT JOIN queue_transitions t ON t.seq = m.last_transition
    WHERE t.to_state IS NOT m.state OR t.message_seq IS NOT m.seq`);
  const orphans = ledger.statement<{ n: number }>(
    'SELECT count(*) AS n FROM queue_transitions WHERE message_seq NOT IN (SELECT seq FROM queue_messages)',
  );
  const lost = orphans.get()?.n ?? 0;
  return [
    ...blockers
      .all()
      .map((row) => `message ${row.id} is counted as waiting for ${row.blockers} and waits for ${row.n}`),
    ...bodiless.all().map((row) => `message ${row.id} has no body`),
    ...unexplained.all().map((row) => `message ${row.id} is ${row.state}, and no transition says so`),
    ...(lost > 0 ? [`${lost} transitions belong to no message`] : []),
  ];
}
