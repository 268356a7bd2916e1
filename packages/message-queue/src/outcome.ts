import type { Dependencies } from './dependencies.ts';
import { errors } from './errors.ts';
import type { EvidenceReader } from './evidence.ts';
import type { Ledger } from './ledger.ts';
import type { Messages } from './messages.ts';
import type { Obligations } from './obligations.ts';
import { isUndelivered, type MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { Queue } from './types.ts';
import { parseReason, parseText } from './validation.ts';

interface Parts {
  readonly messages: Messages;
  readonly transitions: TransitionLog;
  readonly obligations: Obligations;
  readonly dependencies: Dependencies;
  readonly evidence: EvidenceReader;
}

export type Outcomes = Pick<Queue, 'start' | 'finish' | 'fail' | 'cancel' | 'retry'>;

interface Conclusion {
  readonly to: 'done' | 'failed';
  readonly at: number;
  readonly actor: string | undefined;
  readonly result: string | null;
  readonly reason: string | null;
}

/** What became of the work. A message that was never proven to be seen is seen now: somebody worked on it. */
export function createOutcomes(ledger: Ledger, parts: Parts): Outcomes {
  const statements = prepare(ledger);
  const { messages, transitions, obligations, dependencies, evidence } = parts;
  const refuseEnded = (row: MessageRow, action: string): void => {
    const isOpen = row.state === 'seen' || isUndelivered(row.state) || row.death === 'attempts';
    if (!isOpen) throw errors.wrongState(row.id, row.state, action);
  };

  const change = (id: string, action: (row: MessageRow, at: number) => void): void =>
    ledger.write(() => action(messages.getRow(id), ledger.now()));

  const parseActor = (by: string | undefined) => (by === undefined ? undefined : parseReason('by', by));
  // Nobody told when the work began, so it began when the message was seen; unless only its end shows that.
  const durationOf = (row: MessageRow, at: number): number | null => {
    const since = row.started_at ?? row.seen_at;
    return since === null ? null : Math.max(0, at - since);
  };

  const conclude = (row: MessageRow, { to, at, actor, result, reason }: Conclusion): void => {
    const action = to === 'done' ? 'finished' : 'failed';
    refuseEnded(row, action);
    statements.end.run(to, result, reason, at, durationOf(row, at), row.seen_at ?? at, row.seq);
    if (row.state !== 'seen') evidence.tellSeen(row, { at, actor });
    transitions.record({ seq: row.seq, state: 'seen' }, { action, to, at, actor: actor ?? null, reason });
    if (row.expect_reply_ms !== null) obligations.close(row.seq, 'outcome', at);
    if (to === 'done') dependencies.fulfil(row, at);
    else dependencies.abandon(row, at);
  };

  return {
    start(id, by) {
      const actor = parseActor(by);
      change(id, (row, at) => {
        if (row.started_at !== null && row.state === 'seen') return;
        refuseEnded(row, 'started');
        if (row.state !== 'seen') evidence.markSeen(row, { at, actor });
        statements.start.run(at, row.seq);
        transitions.record({ seq: row.seq, state: 'seen' }, { action: 'started', at, actor: actor ?? null });
      });
    },
    finish(id, outcome = {}) {
      const actor = parseActor(outcome.by);
      const { bodyBytesMax } = ledger.settings;
      const result = outcome.result === undefined ? null : parseText('result', outcome.result, bodyBytesMax);
      change(id, (row, at) => {
        if (row.state !== 'done') conclude(row, { to: 'done', at, actor, result, reason: null });
      });
    },
    fail(id, outcome) {
      const actor = parseActor(outcome.by);
      const reason = parseReason('reason', outcome.reason);
      change(id, (row, at) => {
        if (row.state !== 'failed') conclude(row, { to: 'failed', at, actor, result: null, reason });
      });
    },
    cancel(id, options) {
      const reason = parseReason('reason', options.reason);
      const actor = parseActor(options.by);
      change(id, (row, at) => {
        if (row.state === 'dead') return;
        if (row.state === 'done' || row.state === 'failed')
          throw errors.wrongState(id, row.state, 'cancelled');
        dependencies.die(row, { of: 'cancel', reason, at, actor });
      });
    },
    retry: (id) =>
      change(id, (row, at) => {
        if (row.state !== 'dead' && row.state !== 'failed') throw errors.wrongState(id, row.state, 'retried');
        statements.again.run(at, dependencies.forgetFailed(row.seq), row.seq);
        transitions.record(row, { action: 'retried', to: 'queued', at });
        obligations.reopen(row, at);
        dependencies.revive(row, at);
      }),
  };
}

function prepare(ledger: Ledger) {
  return {
    start: ledger.statement('UPDATE queue_messages SET started_at = ? WHERE seq = ?'),
    end: ledger.statement(`
    UPDATE queue_messages
    SET state = ?, result = ?, reason = ?, finished_at = ?, duration_ms = ?, seen_at = ?, worker = NULL, due_at = NULL,
        death = NULL
    WHERE seq = ?`),
    again: ledger.statement(`
    UPDATE queue_messages
    SET state = 'queued', death = NULL, reason = NULL, result = NULL, attempts = 0, step = NULL, channel = NULL,
        leased_at = NULL, injected_at = NULL, seen_at = NULL, started_at = NULL, finished_at = NULL,
        duration_ms = NULL, retried_at = ?, blockers = ?
    WHERE seq = ?`),
  };
}
