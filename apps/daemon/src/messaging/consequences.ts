import { operator } from '@orc/contracts';
import type { Message, Obligation, SweepResult } from '@orc/queue';
import type { Parts } from '../parts.ts';
import type { Notices } from './notices.ts';

const SHOWN_CHARACTERS = 120;

/**
 * Tells people and agents what time alone has changed in the ledger: a message that was given up is told to
 * its sender and the hub; a reply that is owed is asked for once, and then becomes the hub's business.
 * Nobody is told about a notice, so that telling cannot go in circles.
 */
export function createConsequences({ queue, registry }: Pick<Parts, 'queue' | 'registry'>, notices: Notices) {
  const tell = (recipients: readonly string[], text: string): void => {
    for (const recipient of new Set(recipients)) notices.tell({ recipient, severity: 'warning', text });
  };

  const hubFor = (...names: readonly string[]): string => {
    const agent = names.map((name) => registry.findAgent(name)).find((found) => found !== undefined);
    return agent ? notices.hubOf(registry.getProject(agent.project)) : operator;
  };

  const canReceive = (name: string) => name === operator || registry.findAgent(name)?.desired === 'running';

  const onDead = (message: Message): void => {
    if (message.kind === 'notice') return;
    const { id, kind, sender, recipient, reason } = message;
    const told = [sender, hubFor(recipient, sender)].filter((name) => name !== recipient && canReceive(name));
    tell(
      told,
      `The ${kind} ${id} to ${recipient} was given up: ${reason ?? 'no reason is known'}. It said: ${excerpt(message)}`,
    );
  };

  const onNudged = ({ messageId, debtor, creditor }: Obligation): void => {
    if (!canReceive(debtor)) return;
    tell(
      [debtor],
      `${creditor} still waits for your reply to ${messageId}, which said: ${excerpt(queue.get(messageId))}\nA reply names it: orc send ${creditor} --in-reply-to ${messageId} "…"`,
    );
  };

  const onEscalated = ({ messageId, debtor, creditor }: Obligation): void => {
    const told = [creditor, hubFor(debtor)].filter((name) => name !== debtor && canReceive(name));
    tell(
      told,
      `${debtor} owes ${creditor} a reply to ${messageId} and was reminded in vain. It said: ${excerpt(queue.get(messageId))}`,
    );
  };

  return (result: SweepResult): void => {
    result.dead.forEach((id) => onDead(queue.get(id)));
    result.nudged.forEach(onNudged);
    result.escalated.forEach(onEscalated);
  };
}

function excerpt({ body }: Message): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS - 1)}…` : line;
}
