import { errors } from './errors.ts';
import type { Ledger } from './ledger.ts';

export interface DepthGuard {
  /** Belongs in the transaction that sends. @throws ORC_QUEUE_FULL when the recipient has too many undelivered messages */
  readonly refuseFull: (recipient: string) => void;
  /** The transaction came to nothing, and with it what was counted there. */
  readonly forget: () => void;
}

const rememberedMax = 1_000;

/**
 * Counts only when it must. Nothing gets deeper without a transition, so a count that was made some transitions ago
 * is at most that much too low; as long as that leaves room, a full count would change no decision. A counter in the
 * database would cost every send and every finish one page more.
 */
export function createDepthGuard(ledger: Ledger): DepthGuard {
  const count = ledger.statement<{ n: number }>('SELECT count(*) AS n FROM queue_messages WHERE inbox = ?');
  const newest = ledger.statement<{ seq: number | null }>('SELECT max(seq) AS seq FROM queue_transitions');
  const counted = new Map<string, { readonly depth: number; readonly at: number }>();

  return {
    refuseFull(recipient) {
      const { depthMax } = ledger.settings;
      const at = newest.get()?.seq ?? 0;
      const last = counted.get(recipient);
      if (last && last.depth + (at - last.at) < depthMax) return;
      const depth = count.get(recipient)?.n ?? 0;
      if (counted.size >= rememberedMax) counted.clear();
      counted.set(recipient, { depth, at });
      if (depth >= depthMax) throw errors.full(recipient, depth, depthMax);
    },
    forget: () => counted.clear(),
  };
}
