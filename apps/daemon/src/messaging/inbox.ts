import { operator } from '@orc/contracts';
import type { Queue } from '@orc/queue';
import { errors } from '../errors.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import type { Targets } from './targets.ts';

const LISTED = 50;
const FRESH_MAX = 1_000;
const LEASE_MS = 5_000;

/**
 * Mailboxes as a person reads them. Looking changes nothing: mail has been read when the program that shows
 * it says that it did, so that what was lost on the way to the screen is there the next time.
 */
export function createInboxHandlers(
  { queue }: Pick<Parts, 'queue'>,
  targets: Targets,
): HandlersOf<'inbox' | 'readInbox'> {
  return {
    inbox: async ({ caller, query }) => {
      const agent = query.agent === undefined ? caller.name : await targets.resolve(query.agent, caller);
      if (caller.type === 'agent' && agent !== caller.name)
        throw errors.forbidden("read another agent's mail");
      const unread = queue.pendingCount(agent);
      // An agent's mail comes through its hooks; a person asks for what is new.
      const isFresh = caller.type === 'operator' && agent === operator && query.all !== true;
      const messages = isFresh
        ? findFresh(queue, agent, query.limit ?? FRESH_MAX)
        : queue.list({ recipient: agent, order: 'newest', limit: query.limit ?? LISTED });
      return { agent, unread, messages };
    },
    readInbox: ({ caller, body }) => ({ read: markRead(queue, caller.name, new Set(body.ids)) }),
  };
}

function findFresh(queue: Queue, recipient: string, limit: number) {
  const state = ['queued', 'leased', 'injected'] as const;
  return queue.list({ recipient, state, order: 'delivery', limit }).filter(({ isBlocked }) => !isBlocked);
}

/** Marks exactly these as seen; what was not shown goes back as it was. */
function markRead(queue: Queue, recipient: string, ids: ReadonlySet<string>): number {
  const worker = `inbox-${process.pid}`;
  const leased = queue.lease(recipient, { worker, limit: FRESH_MAX, leaseMs: LEASE_MS });
  const [read, rest] = [true, false].map((isRead) =>
    leased.filter(({ id }) => ids.has(id) === isRead).map(({ id }) => id),
  ) as [string[], string[]];
  if (read.length > 0) queue.inject(read, { worker, channel: 'inbox' });
  if (rest.length > 0) queue.release(rest, { worker, reason: 'not read yet' });
  // One that an earlier reader had in hand when it died is injected already.
  const known = [...ids].filter((id) => queue.find(id)?.recipient === recipient);
  return known.filter((id) => queue.advance(id, { step: 'answered' })).length;
}
