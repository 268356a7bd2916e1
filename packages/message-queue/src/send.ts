import { randomUUID } from 'node:crypto';
import { refuseCycles } from './cycles.ts';
import { createDepthGuard } from './depth.ts';
import type { Dependencies } from './dependencies.ts';
import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Messages } from './messages.ts';
import type { Obligations } from './obligations.ts';
import { toQueuedMessage } from './rows.ts';
import type { TransitionLog } from './transitions.ts';
import type { Message, QueueDeps, SendInput } from './types.ts';
import { parseDraft, parseId, passesFullQueue, type Draft } from './validation.ts';

interface Parts {
  readonly messages: Messages;
  readonly transitions: TransitionLog;
  readonly obligations: Obligations;
  readonly dependencies: Dependencies;
}

interface Stored {
  readonly seq: number;
  readonly id: string;
  /** As it was written; absent for one that was stored before, or may have changed since. */
  readonly message?: Message;
  /** What a new message has to be linked to; empty for one that was stored before. */
  readonly after: readonly string[];
}

/** Returns `sendAll`. Whatever is refused is refused before or inside its one transaction. */
export function createSending(
  ledger: Ledger,
  { messages, transitions, obligations, dependencies }: Parts,
  { isKnownRecipient = () => true, newId }: QueueDeps,
): (inputs: readonly SendInput[]) => Message[] {
  const depth = createDepthGuard(ledger);
  const parked = ledger.statement('SELECT 1 FROM queue_parked WHERE recipient = ?');

  const chooseId = (now: number): string => {
    for (let attempt = 1; ; attempt += 1) {
      const id = parseId('id', newId ? newId() : idFrom(now));
      if (!messages.findRow(id)) return id;
      if (attempt === 10) throw errors.idTaken(id);
    }
  };

  const insert = (draft: Draft, now: number): Stored => {
    const { sender, recipient, priority, inReplyTo, expectReplyMs } = draft;
    // A reply that is waited for passes: each of these the recipient has asked for itself, and once.
    const isAwaited = inReplyTo !== null && obligations.isOwed({ inReplyTo, sender, recipient });
    if (!passesFullQueue(priority) && !isAwaited) depth.refuseFull(recipient);
    const id = draft.id ?? chooseId(now);
    const replyBy = expectReplyMs === null ? null : now + expectReplyMs;
    const row = messages.insert({ ...draft, id }, { ...newborn, createdAt: now, replyBy });
    const { seq } = row;
    transitions.recordFirst(seq, { action: 'sent', to: 'queued', at: now, actor: sender });
    if (replyBy !== null) obligations.open(seq, { debtor: recipient, creditor: sender, replyBy });
    if (inReplyTo !== null) obligations.discharge(inReplyTo, sender, now);
    const message = { ...toQueuedMessage(row), isParked: parked.get(recipient) !== undefined };
    return { seq, id, after: draft.after, message };
  };

  const storeAll = (drafts: readonly Draft[], unknown: ReadonlySet<string>): Message[] => {
    const now = ledger.now();
    const stored = drafts.map((draft): Stored => {
      const existing = draft.id === undefined ? undefined : messages.findRow(draft.id);
      if (existing) {
        if (!messages.isSame(existing.seq, draft)) throw errors.idTaken(existing.id);
        return { seq: existing.seq, id: existing.id, after: [] };
      }
      if (unknown.has(draft.recipient)) throw errors.unknownRecipient(draft.recipient);
      return insert(draft, now);
    });
    // Linked last: a message may wait for a later one of the same call.
    for (const one of stored)
      if (one.after.length > 0 && dependencies.link(one))
        dependencies.die(messages.getRow(one.id), { of: 'dependency', reason: 'dependency', at: now });
    const isFinal = drafts.every((draft) => draft.after.length === 0 && draft.inReplyTo === null);
    return stored.map((one) => (isFinal && one.message) || messages.view(one.seq));
  };

  return (inputs) => {
    const drafts = inputs.map((input) => parseDraft(input, ledger.settings));
    refuseCycles(drafts);
    if (drafts.length === 0) return [];
    // Asked before the lock is taken: the answer may cost time, or come from the same file.
    const recipients = new Set(drafts.map((draft) => draft.recipient));
    const unknown = new Set([...recipients].filter((recipient) => !isKnownRecipient(recipient)));
    try {
      return ledger.write(() => storeAll(drafts, unknown));
    } catch (error) {
      depth.forget();
      throw error;
    }
  };
}

/**
 * Sorts by time, so that the newest ids stand together in their index. The random part makes a second try rare; that
 * an id is free is looked up inside the transaction.
 */
function idFrom(now: number): string {
  return `m${now.toString(36).padStart(8, '0')}${randomUUID().slice(0, 6)}`;
}

const newborn = { repliedAt: null, attempts: 0, seenAt: null, startedAt: null } as const;
