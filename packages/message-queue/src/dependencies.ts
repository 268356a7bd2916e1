import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Messages } from './messages.ts';
import type { Obligations } from './obligations.ts';
import { isFulfilled, selectMessage, type MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { UntoldLog } from './untold.ts';

/**
 * What waits for what. A row of `queue_dependencies` is a dependency that is not fulfilled; `blockers` counts
 * them, and a queued message is handed out at 0. Nothing can wait for ever: a dependency that ends without
 * being fulfilled ends its dependents, and each of those is told of as dead.
 */
export interface Dependencies {
  /** Connects a new message. True when a dependency has already failed, so that it can never be handed out. */
  readonly link: (message: {
    readonly seq: number;
    readonly id: string;
    readonly after: readonly string[];
  }) => boolean;
  /** Lets go of everything that waited for this message only. */
  readonly fulfil: (row: MessageRow, at: number) => void;
  /** Ends a message and, one after the other, what waits for it. Returns the ids, this one first. */
  readonly die: (row: MessageRow, death: Death) => string[];
  /** Ends what waits for a message that failed. Returns the ids. */
  readonly abandon: (row: MessageRow, at: number) => string[];
  /** Brings back what died only because this message had failed. */
  readonly revive: (row: MessageRow, at: number) => void;
  /** Somebody decided not to wait for what failed. Returns how many dependencies are left. */
  readonly forgetFailed: (seq: number) => number;
}

export interface Death {
  readonly of: 'attempts' | 'dependency' | 'cancel';
  readonly reason: string;
  readonly at: number;
  readonly attempts?: number;
  /** Who cancelled it. */
  readonly actor?: string | undefined;
}

const waitsFor = 'SELECT message_seq FROM queue_dependencies WHERE depends_on = ?';
const hasFailedDependency = `EXISTS (
  SELECT 1 FROM queue_dependencies d JOIN queue_messages x ON x.seq = d.depends_on
  WHERE d.message_seq = m.seq AND x.state IN ('dead', 'failed'))`;

interface Parts {
  readonly messages: Messages;
  readonly transitions: TransitionLog;
  readonly obligations: Obligations;
  readonly untold: UntoldLog;
}

export function createDependencies(
  ledger: Ledger,
  { messages, transitions, obligations, untold }: Parts,
): Dependencies {
  const statements = prepare(ledger);
  const end = (row: MessageRow, death: Death): void => {
    statements.bury.run(death.of, death.reason, death.attempts ?? row.attempts, death.at, row.seq);
    const action = death.of === 'cancel' ? 'cancelled' : 'died';
    const { at, reason, actor = null } = death;
    transitions.record(row, { action, to: 'dead', at, reason, actor });
    untold.note(row.seq, { what: 'dead', at, actor });
    obligations.close(row.seq, 'death', death.at);
  };

  const abandon = (first: MessageRow, at: number): string[] => {
    const ids: string[] = [];
    const ended = [first];
    for (let next = ended.shift(); next !== undefined; next = ended.shift()) {
      for (const dependent of statements.doomed.all(next.seq)) {
        end(dependent, { of: 'dependency', reason: 'dependency', at });
        ended.push(dependent);
        ids.push(dependent.id);
      }
    }
    return ids;
  };

  return {
    abandon,
    die(row, death) {
      end(row, death);
      return [row.id, ...abandon(row, death.at)];
    },
    link({ seq, id, after }) {
      let blockers = 0;
      let hasFailed = false;
      for (const dependency of after) {
        const row = messages.findRow(dependency);
        if (!row) throw errors.unknownDependency(id, dependency);
        if (isFulfilled(row)) continue;
        statements.connect.run(row.seq, seq);
        blockers += 1;
        hasFailed ||= row.state === 'dead' || row.state === 'failed';
      }
      if (blockers > 0) statements.block.run(blockers, seq);
      return hasFailed;
    },
    fulfil(row, at) {
      if (!statements.hasDependents.get(row.seq)) return;
      statements.unblock.run(row.seq);
      for (const dependent of statements.freed.all(row.seq))
        transitions.record(dependent, { action: 'unblocked', at });
      statements.disconnect.run(row.seq);
    },
    revive(row, at) {
      const reviving = statements.revivable.all(row.seq);
      for (let next = reviving.shift(); next !== undefined; next = reviving.shift()) {
        statements.raise.run(next.seq);
        transitions.record(next, { action: 'revived', to: 'queued', at });
        obligations.reopen(next, at);
        reviving.push(...statements.revivable.all(next.seq));
      }
    },
    forgetFailed(seq) {
      statements.forget.run(seq);
      return statements.left.get(seq)?.n ?? 0;
    },
  };
}

function prepare(ledger: Ledger) {
  return {
    connect: ledger.statement('INSERT INTO queue_dependencies (depends_on, message_seq) VALUES (?, ?)'),
    block: ledger.statement('UPDATE queue_messages SET blockers = ? WHERE seq = ?'),
    hasDependents: ledger.statement(`${waitsFor} LIMIT 1`),
    unblock: ledger.statement(`UPDATE queue_messages SET blockers = blockers - 1 WHERE seq IN (${waitsFor})`),
    freed: ledger.statement<MessageRow>(
      `${selectMessage} WHERE m.seq IN (${waitsFor}) AND m.state = 'queued' AND m.blockers = 0`,
    ),
    disconnect: ledger.statement('DELETE FROM queue_dependencies WHERE depends_on = ?'),
    doomed: ledger.statement<MessageRow>(
      `${selectMessage} WHERE m.seq IN (${waitsFor}) AND m.state = 'queued' ORDER BY m.seq`,
    ),
    bury: ledger.statement(`
    UPDATE queue_messages
    SET state = 'dead', death = ?, reason = ?, attempts = ?, finished_at = ?, worker = NULL, due_at = NULL
    WHERE seq = ?`),
    revivable: ledger.statement<MessageRow>(`
    ${selectMessage}
    WHERE m.seq IN (${waitsFor}) AND m.death = 'dependency' AND NOT ${hasFailedDependency} ORDER BY m.seq`),
    raise: ledger.statement(`
    UPDATE queue_messages SET state = 'queued', death = NULL, reason = NULL, finished_at = NULL WHERE seq = ?`),
    forget: ledger.statement(`
    DELETE FROM queue_dependencies
    WHERE message_seq = ? AND depends_on IN (SELECT seq FROM queue_messages WHERE state IN ('dead', 'failed'))`),
    left: ledger.statement<{ n: number }>(
      'SELECT count(*) AS n FROM queue_dependencies WHERE message_seq = ?',
    ),
  };
}
