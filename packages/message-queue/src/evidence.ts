import type { Dependencies } from './dependencies.ts';
import type { Ledger } from './ledger.ts';
import type { Messages } from './messages.ts';
import type { Obligations } from './obligations.ts';
import { isUndelivered, type MessageRow } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { AdvanceInput, Evidence, EvidenceStep } from './types.ts';
import { parseStep, parseText, parseTime, parseWhole, rankOf } from './validation.ts';

interface Parts {
  readonly messages: Messages;
  readonly transitions: TransitionLog;
  readonly obligations: Obligations;
  readonly dependencies: Dependencies;
}

export interface SeenBy {
  readonly at: number;
  /** The step that proves it; absent when the work itself does. */
  readonly step?: EvidenceStep;
  readonly actor?: string | undefined;
  readonly evidence?: Evidence;
}

/** What the transcript of the recipient says about a text. Evidence is a fact: it counts however late it comes. */
export interface EvidenceReader {
  readonly advance: (id: string, input: AdvanceInput) => boolean;
  /** Belongs in a transaction: from any state before `seen`, and from a death by attempts, to `seen`. */
  readonly markSeen: (row: MessageRow, seen: SeenBy) => void;
  /** What follows from it, for a caller that has changed the message itself. `row` is from before. */
  readonly tellSeen: (row: MessageRow, seen: SeenBy) => void;
}

/** The step from which a text is part of the conversation: it must not be delivered a second time. */
const acceptedRank = rankOf('accepted');

export function createEvidenceReader(ledger: Ledger, parts: Parts): EvidenceReader {
  const { messages, transitions, obligations, dependencies } = parts;
  const see = ledger.statement(`
    UPDATE queue_messages
    SET state = 'seen', seen_at = ?, step = coalesce(?, step), worker = NULL, due_at = NULL, reason = NULL,
        death = NULL, finished_at = NULL
    WHERE seq = ?`);
  const accept = ledger.statement(`
    UPDATE queue_messages
    SET state = 'injected', worker = NULL, due_at = NULL, injected_at = coalesce(injected_at, ?), step = ?, reason = NULL
    WHERE seq = ?`);
  const note = ledger.statement('UPDATE queue_messages SET step = ? WHERE seq = ?');
  const seenLate = ledger.statement('UPDATE queue_messages SET seen_at = coalesce(seen_at, ?) WHERE seq = ?');

  const tellSeen = (row: MessageRow, { at, step, actor, evidence }: SeenBy): void => {
    const entry = { action: 'seen', to: 'seen', at, step: step ?? null, actor: actor ?? null } as const;
    transitions.record(row, evidence === undefined ? entry : { ...entry, evidence });
    if (row.state === 'dead') {
      obligations.reopen(row, at);
      dependencies.revive(row, at);
    } else obligations.rebase(row, at);
    if (row.kind !== 'task') dependencies.fulfil(row, at);
  };

  const markSeen = (row: MessageRow, seen: SeenBy): void => {
    see.run(seen.at, seen.step ?? null, row.seq);
    tellSeen(row, seen);
  };

  const apply = (row: MessageRow, step: EvidenceStep, at: number, evidence: Evidence): void => {
    const isAnswered = step === 'answered';
    if (isAnswered && (isUndelivered(row.state) || row.death === 'attempts'))
      return markSeen(row, { at, step, evidence });
    const isTaken = isUndelivered(row.state) && rankOf(step) >= acceptedRank;
    if (isTaken) accept.run(at, step, row.seq);
    else note.run(step, row.seq);
    if (isAnswered) seenLate.run(at, row.seq);
    transitions.record(row, { action: 'advanced', to: isTaken ? 'injected' : row.state, at, step, evidence });
  };

  return {
    markSeen,
    tellSeen,
    advance(id, input) {
      const step = parseStep(input.step);
      const claimed = input.at === undefined ? undefined : parseTime('at', input.at);
      const evidence = parseEvidence(input);
      // Only `answered` decides anything for good; the rest can be read from the transcript again.
      const durability = step === 'answered' ? 'on-disk' : 'handed-over';
      return ledger.write(() => {
        const row = messages.getRow(id);
        const now = ledger.now();
        const at = Math.max(row.created_at, Math.min(claimed ?? now, now));
        if (isVoid(row, step, claimed) || rankOf(step) <= rankOf(row.step)) return false;
        apply(row, step, at, evidence);
        return true;
      }, durability);
    },
  };
}

/** Evidence from before a retry says nothing; from before a lost session, only that the model had answered. */
function isVoid(row: MessageRow, step: EvidenceStep, at: number | undefined): boolean {
  if (at === undefined) return false;
  if (row.retried_at !== null && at <= row.retried_at) return true;
  return step !== 'answered' && row.session_lost_at !== null && at <= row.session_lost_at;
}

function parseEvidence({ session, line, transcript }: AdvanceInput): Evidence {
  return {
    ...(session !== undefined && { session: parseText('session', session, 4_096) }),
    ...(line !== undefined && { line: parseWhole('line', line, 0, Number.MAX_SAFE_INTEGER) }),
    ...(transcript !== undefined && { transcript: parseText('transcript', transcript, 4_096) }),
  };
}
