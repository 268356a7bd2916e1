import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderMessages, type MailMessage, type SpilledBody } from '@orc/claude-hooks';
import type { Message } from '@orc/queue';
import type { Parts } from '../parts.ts';

/** Messages that are leased while an answer is made. `close` must follow in the same tick. */
export interface Delivery {
  readonly messages: readonly Message[];
  readonly spill: (message: MailMessage) => SpilledBody;
  /** Marks what was put into the answer as injected and gives the rest back, uncounted. */
  close(delivered: readonly string[], channel: string): void;
}

export interface Mailbox {
  /** Leases what waits for an agent; nothing when `carriesMail` is false. */
  open(agentId: string, carriesMail: boolean): Delivery;
  /** Takes what waits for an agent as one text, marked as injected through `channel`; '' when none waits. */
  take(agentId: string, channel: string): string;
  readonly spill: Delivery['spill'];
}

/** Lease and injection happen in one tick, so this only runs out when the daemon dies in between. */
const LEASE_MS = 5_000;

/** The one place where mail leaves the ledger for an agent. */
export function createMailbox({
  queue,
  config,
  layout,
  clock,
}: Pick<Parts, 'queue' | 'config' | 'layout' | 'clock'>): Mailbox {
  const worker = `daemon-${process.pid}`;

  const spill: Delivery['spill'] = ({ id, body }) => {
    mkdirSync(layout.mail, { recursive: true, mode: 0o700 });
    const path = join(layout.mail, `${id}.txt`);
    writeFileSync(path, body, { mode: 0o600 });
    return { path, sha256: createHash('sha256').update(body).digest('hex') };
  };

  const lease = (agentId: string): Delivery => {
    const messages = queue.lease(agentId, {
      worker,
      limit: config.delivery.messagesPerHook,
      leaseMs: LEASE_MS,
    });
    return {
      messages,
      spill,
      close(delivered, channel) {
        const rest = messages.map(({ id }) => id).filter((id) => !delivered.includes(id));
        if (delivered.length > 0) queue.inject(delivered, { worker, channel });
        if (rest.length > 0) queue.release(rest, { worker, reason: 'did not fit' });
      },
    };
  };

  return {
    spill,
    open: (agentId, carriesMail) =>
      carriesMail && queue.nextFor(agentId) !== undefined
        ? lease(agentId)
        : { messages: [], spill, close: () => undefined },
    take(agentId, channel) {
      const delivery = lease(agentId);
      if (delivery.messages.length === 0) return '';
      const { text, included } = renderMessages(delivery.messages, { spill, at: clock.now() });
      delivery.close(included, channel);
      return text;
    },
  };
}
