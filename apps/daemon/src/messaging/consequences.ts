import { createHash } from 'node:crypto';
import { operator } from '@orc/contracts';
import type { Message, Untold } from '@orc/queue';
import { SYSTEM, type Parts } from '../parts.ts';
import type { Notices } from './notices.ts';

const SHOWN_CHARACTERS = 120;

interface Told {
  readonly recipients: readonly string[];
  readonly text: string;
}

/**
 * Tells people and agents what has changed in the ledger without them: a message that was given up is told to
 * its sender and the hub; a reply that is owed is asked for once, and then becomes the hub's business. The
 * ledger keeps what is to be told until it was, so a daemon that is killed in between tells it later, under
 * the same id. Nobody is told about a notice, so that telling cannot go in circles.
 */
export function createConsequences({ queue, registry }: Pick<Parts, 'queue' | 'registry'>, notices: Notices) {
  const hubFor = (...names: readonly string[]): string => {
    const agent = names.map((name) => registry.findAgent(name)).find((found) => found !== undefined);
    return agent ? notices.hubOf(registry.getProject(agent.project)) : operator;
  };

  // Mail of a stopped agent waits for it.
  const canReceive = (name: string): boolean => {
    const agent = registry.findAgent(name);
    return name === operator || (agent !== undefined && agent.desired !== 'ended');
  };

  const onDead = (message: Message, actor: string | null): Told | undefined => {
    const { id, kind, sender, recipient, reason } = message;
    // Whoever ended it knows, and what orc itself has replaced is nobody's concern.
    if (kind === 'notice' || actor === sender || actor === SYSTEM) return undefined;
    return {
      recipients: [sender, hubFor(recipient, sender)].filter((name) => name !== recipient && name !== actor),
      text: `The ${kind} ${id} to ${recipient} was given up: ${reason ?? 'no reason is known'}. It said: ${excerpt(message)}`,
    };
  };

  const onNudged = (message: Message): Told => ({
    recipients: [message.recipient],
    text: `${message.sender} still waits for your reply to ${message.id}, which said: ${excerpt(message)}\nA reply names it: orc send ${message.sender} --in-reply-to ${message.id} "…"`,
  });

  const onEscalated = (message: Message): Told => ({
    recipients: [message.sender, hubFor(message.recipient)].filter((name) => name !== message.recipient),
    text: `${message.recipient} owes ${message.sender} a reply to ${message.id} and was reminded in vain. It said: ${excerpt(message)}`,
  });

  const consequenceOf = ({ what, message, actor, isCurrent }: Untold): Told | undefined => {
    if (!isCurrent) return undefined;
    if (what === 'dead') return onDead(message, actor);
    return what === 'nudged' ? onNudged(message) : onEscalated(message);
  };

  return (): void => {
    for (const entry of queue.untold()) {
      const told = consequenceOf(entry);
      for (const recipient of new Set(told?.recipients.filter(canReceive)))
        notices.tell({
          recipient,
          severity: 'warning',
          text: told?.text ?? '',
          id: noticeId(entry, recipient),
        });
      queue.told(entry.seq);
    }
  };
}

/** The same for the same news to the same recipient, whichever daemon tells it. */
function noticeId({ seq, what, message }: Untold, recipient: string): string {
  const news = `${seq} ${what} ${message.id} ${recipient}`;
  return `m${createHash('sha256').update(news).digest('hex').slice(0, 12)}`;
}

function excerpt({ body }: Message): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS - 1)}…` : line;
}
