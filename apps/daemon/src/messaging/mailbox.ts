import { createBodyFiles, renderMessages, type BodyFiles } from '@orc/claude-hooks';
import type { Message } from '@orc/queue';
import type { Parts } from '../parts.ts';

/**
 * Messages that are leased while an answer is made. `close` must follow in the same tick; what is disposed of
 * without it goes back as it was.
 */
export interface Delivery extends Disposable {
  readonly messages: readonly Message[];
  readonly spill: BodyFiles['spill'];
  /** Marks what was put into the answer as injected and gives the rest back, uncounted. */
  close(delivered: readonly string[], channel: string): void;
}

export interface Mailbox {
  /** Leases what waits for an agent; nothing when `carriesMail` is false. */
  open(agentId: string, carriesMail: boolean): Delivery;
  /** Takes what waits for an agent as one text, marked as injected through `channel`; '' when none waits. */
  take(agentId: string, channel: string): string;
  readonly spill: BodyFiles['spill'];
  /** Forgets what has ended long ago, with the files of long bodies. */
  prune(): void;
}

/** Lease and injection happen in one tick, so this only runs out when the daemon dies in between. */
const LEASE_MS = 5_000;

/** The one place where mail leaves the ledger for an agent. */
export function createMailbox({
  queue,
  config,
  layout,
  clock,
  log,
}: Pick<Parts, 'queue' | 'config' | 'layout' | 'clock' | 'log'>): Mailbox {
  const worker = `daemon-${process.pid}`;

  const bodies = createBodyFiles(layout.mail, (error, { id }) =>
    log.error({ err: error, message: id }, 'a long body could not be written into its file'),
  );
  const { spill } = bodies;

  const lease = (agentId: string): Delivery => {
    const messages = queue.lease(agentId, {
      worker,
      limit: config.delivery.messagesPerHook,
      leaseMs: LEASE_MS,
    });
    let held = messages.map(({ id }) => id);
    const giveBack = (reason: string): void => {
      const ids = held;
      held = [];
      try {
        if (ids.length > 0) queue.release(ids, { worker, reason });
      } catch (error) {
        // Thrown, it would cost the mail that is in the answer; the leases of this run out by themselves.
        log.warn({ err: error, agent: agentId }, 'mail could not be given back');
      }
    };
    return {
      messages,
      spill,
      close(delivered, channel) {
        if (delivered.length > 0) queue.inject(delivered, { worker, channel });
        held = held.filter((id) => !delivered.includes(id));
        giveBack('did not fit');
      },
      [Symbol.dispose]: () => giveBack('no answer was made'),
    };
  };
  const nothing: Delivery = {
    messages: [],
    spill,
    close: () => undefined,
    [Symbol.dispose]: () => undefined,
  };

  return {
    spill,
    prune() {
      queue.prune();
      bodies.prune((id) => queue.find(id) !== undefined);
    },
    open: (agentId, carriesMail) =>
      carriesMail && queue.nextFor(agentId) !== undefined ? lease(agentId) : nothing,
    take(agentId, channel) {
      using delivery = lease(agentId);
      if (delivery.messages.length === 0) return '';
      const { text, included } = renderMessages(delivery.messages, { spill, at: clock.now() });
      delivery.close(included, channel);
      return text;
    },
  };
}
