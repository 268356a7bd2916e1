import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Messages } from './messages.ts';
import type { Requeue } from './requeue.ts';
import type { MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { Queue } from './types.ts';
import { parseReason, parseText, parseWord } from './validation.ts';

interface Parts {
  readonly messages: Messages;
  readonly transitions: TransitionLog;
  readonly requeue: Requeue;
}

const isHeldBy = (row: MessageRow, worker: string): boolean =>
  row.state === 'leased' && row.worker === worker;

/** Evidence overtook the hook's own report, or the report came twice: there is nothing left to say. */
const isPastInjection = (row: MessageRow): boolean =>
  row.state === 'injected' || row.state === 'seen' || row.state === 'done' || row.state === 'failed';

/** What a worker does with the messages that it leased. Each call is all or nothing. */
export function createDelivery(
  ledger: Ledger,
  { messages, transitions, requeue }: Parts,
): Pick<Queue, 'inject' | 'release' | 'expectEvidence'> {
  const inject = ledger.statement(`
    UPDATE queue_messages
    SET state = 'injected', worker = NULL, due_at = ?, injected_at = ?, channel = ?, step = 'printed'
    WHERE seq = ?`);

  // Through the index of what is under way: a history of any length is not looked at.
  const late = `inbox IS NOT NULL AND state = 'injected' AND due_at > ?`;
  const anyLate = ledger.statement(`SELECT 1 FROM queue_messages WHERE ${late} LIMIT 1`);
  const hasten = ledger.statement(`UPDATE queue_messages SET due_at = ? WHERE ${late}`);

  /** The messages that are leased, after it is certain that none of them is lost to the worker. */
  const claim = (ids: readonly string[], worker: string, isFine: (row: MessageRow) => boolean) => {
    const rows = ids.map((id) => messages.getRow(id));
    const lost = rows.filter((row) => !isHeldBy(row, worker) && !isFine(row)).map((row) => row.id);
    if (lost.length > 0) throw errors.leaseLost(lost, worker);
    return rows.filter((row) => row.state === 'leased');
  };

  return {
    inject(ids, { worker: name, channel: via, evidenceRef }) {
      const worker = parseReason('worker', name);
      const channel = parseWord('channel', via);
      const ref = evidenceRef === undefined ? undefined : parseText('evidenceRef', evidenceRef, 4_096);
      ledger.write(() => {
        const at = ledger.now();
        const what = { action: 'injected', to: 'injected', step: 'printed' } as const;
        for (const row of claim(ids, worker, isPastInjection)) {
          inject.run(at + ledger.settings.evidenceMs, at, channel, row.seq);
          transitions.record(row, { ...what, at, channel, actor: worker, evidence: { ref } });
        }
      }, 'handed-over');
    },
    expectEvidence() {
      const due = ledger.now() + ledger.settings.evidenceMs;
      if (ledger.read(() => anyLate.get(due) !== undefined)) ledger.write(() => hasten.run(due, due));
    },
    release(ids, { worker: name, reason: why }) {
      const worker = parseReason('worker', name);
      const reason = why === undefined ? null : parseReason('reason', why);
      ledger.write(() => {
        const at = ledger.now();
        for (const row of claim(ids, worker, ({ state }) => state !== 'leased'))
          requeue.putBack(row, { action: 'released', at, reason, actor: worker });
      }, 'handed-over');
    },
  };
}
