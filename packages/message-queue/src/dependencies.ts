import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Messages } from './messages.ts';
import type { Obligations } from './obligations.ts';
import { isFulfilled, selectMessage, type MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { Draft } from './validation.ts';

/**
 * What waits for what. A row of `queue_dependencies` is a dependency that is not fulfilled; `blockers` counts
 * them, and a queued message is handed out at 0. Nothing can wait for ever: a dependency that ends without
 * being fulfilled ends its dependents, and each of those is told of as dead.
 */
export interface Dependencies {
  /** Connects a new message. True when a dependency has already failed, so that it can never be handed out. */
  link(message: { readonly seq: number; readonly id: string; readonly after: readonly string[] }): boolean;
  /** Lets go of everything that waited for this message only. */
  fulfil(row: MessageRow, at: number): void;
  /** Ends a message and, one after the other, what waits for it. Returns the ids, this one first. */
  die(row: MessageRow, death: Death): string[];
  /** Ends what waits for a message that failed. Returns the ids. */
  abandon(row: MessageRow, at: number): string[];
  /** Brings back what died only because this message had failed. */
  revive(row: MessageRow, at: number): void;
  /** Somebody decided not to wait for what failed. Returns how many dependencies are left. */
  forgetFailed(seq: number): number;
}

export interface Death {
  readonly of: 'attempts' | 'dependency' | 'cancel';
  readonly reason: string;
  readonly at: number;
  readonly attempts?: number;
}

const waitsFor = 'SELECT message_seq FROM queue_dependencies WHERE depends_on = ?';
const hasFailedDependency = `EXISTS (
  SELECT 1 FROM queue_dependencies d JOIN queue_messages x ON x.seq = d.depends_on
  WHERE d.message_seq = m.seq AND x.state IN ('dead', 'failed'))`;

export function createDependencies(
  ledger: Ledger,
  messages: Messages,
  transitions: TransitionLog,
  obligations: Obligations,
): Dependencies {
  const connect = ledger.statement('INSERT INTO queue_dependencies (depends_on, message_seq) VALUES (?, ?)');
  const block = ledger.statement('UPDATE queue_messages SET blockers = ? WHERE seq = ?');
  const hasDependents = ledger.statement(`${waitsFor} LIMIT 1`);
  const unblock = ledger.statement(`UPDATE queue_messages SET blockers = blockers - 1 WHERE seq IN (${waitsFor})`);
  const freed = ledger.statement<MessageRow>(
    `${selectMessage} WHERE m.seq IN (${waitsFor}) AND m.state = 'queued' AND m.blockers = 0`,
  );
  const disconnect = ledger.statement('DELETE FROM queue_dependencies WHERE depends_on = ?');
  const doomed = ledger.statement<MessageRow>(
    `${selectMessage} WHERE m.seq IN (${waitsFor}) AND m.state = 'queued' ORDER BY m.seq`,
  );
  const bury = ledger.statement(`
    UPDATE queue_messages
    SET state = 'dead', death = ?, reason = ?, attempts = ?, finished_at = ?, worker = NULL, due_at = NULL
    WHERE seq = ?`);
  const revivable = ledger.statement<MessageRow>(`
    ${selectMessage}
    WHERE m.seq IN (${waitsFor}) AND m.death = 'dependency' AND NOT ${hasFailedDependency} ORDER BY m.seq`);
  const raise = ledger.statement(`
    UPDATE queue_messages SET state = 'queued', death = NULL, reason = NULL, finished_at = NULL WHERE seq = ?`);
  const forget = ledger.statement(`
    DELETE FROM queue_dependencies
    WHERE message_seq = ? AND depends_on IN (SELECT seq FROM queue_messages WHERE state IN ('dead', 'failed'))`);
  const left = ledger.statement<{ n: number }>('SELECT count(*) AS n FROM queue_dependencies WHERE message_seq = ?');

  const end = (row: MessageRow, death: Death): void => {
    bury.run(death.of, death.reason, death.attempts ?? row.attempts, death.at, row.seq);
    const action = death.of === 'cancel' ? 'cancelled' : 'died';
    transitions.record(row, { action, to: 'dead', at: death.at, reason: death.reason });
    obligations.close(row.seq, 'death', death.at);
  };

  const abandon = (first: MessageRow, at: number): string[] => {
    const ids: string[] = [];
    const ended = [first];
    for (let next = ended.shift(); next !== undefined; next = ended.shift()) {
      for (const dependent of doomed.all(next.seq)) {
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
        connect.run(row.seq, seq);
        blockers += 1;
        hasFailed ||= row.state === 'dead' || row.state === 'failed';
      }
      if (blockers > 0) block.run(blockers, seq);
      return hasFailed;
    },
    fulfil(row, at) {
      if (!hasDependents.get(row.seq)) return;
      unblock.run(row.seq);
      for (const dependent of freed.all(row.seq)) transitions.record(dependent, { action: 'unblocked', at });
      disconnect.run(row.seq);
    },
    revive(row, at) {
      const reviving = revivable.all(row.seq);
      for (let next = reviving.shift(); next !== undefined; next = reviving.shift()) {
        raise.run(next.seq);
        transitions.record(next, { action: 'revived', to: 'queued', at });
        obligations.reopen(next, at);
        reviving.push(...revivable.all(next.seq));
      }
    },
    forgetFailed(seq) {
      forget.run(seq);
      return left.get(seq)?.n ?? 0;
    },
  };
}

/** @throws ORC_QUEUE_DEPENDENCY_CYCLE when messages of one call wait for each other, or one for itself */
export function refuseCycles(drafts: readonly Draft[]): void {
  const after = new Map(drafts.flatMap((draft) => (draft.id === undefined ? [] : [[draft.id, draft.after] as const])));
  const checked = new Set<string>();
  for (const start of after.keys()) {
    // Depth first with a stack of our own: a chain may be longer than the call stack is deep.
    const path = new Set<string>();
    const stack = [{ id: start, isDone: false }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (next.isDone) {
        path.delete(next.id);
        checked.add(next.id);
        continue;
      }
      if (checked.has(next.id) || !after.has(next.id)) continue;
      if (path.has(next.id)) {
        const ids = [...path];
        throw errors.dependencyCycle([...ids.slice(ids.indexOf(next.id)), next.id]);
      }
      path.add(next.id);
      stack.push({ id: next.id, isDone: true });
      for (const id of after.get(next.id) ?? []) stack.push({ id, isDone: false });
    }
  }
}
