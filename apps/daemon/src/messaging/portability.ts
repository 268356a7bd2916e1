import { operator } from '@orc/contracts';
import { openQueue, type Message } from '@orc/queue';
import { errors } from '../errors.ts';
import type { HandlersOf } from '../http/handlers.ts';
import { SYSTEM, type Parts } from '../parts.ts';

const PAGE = 1_000;
const SHOWN = 5;

/** Messages on their way between two ledgers: whole, in order, and with the sender that they had. */
export function createPortabilityHandlers({
  queue,
  registry,
  config,
}: Pick<Parts, 'queue' | 'registry' | 'config'>): HandlersOf<'exportMessages' | 'importMessages'> {
  const isKnown = (name: string): boolean => name === operator || registry.findAgent(name) !== undefined;

  /** Whoever is named must be there: a message of nobody could be anybody's. */
  const problemsOf = ({ id, sender, recipient }: Message): string[] => {
    const agent = registry.findAgent(recipient);
    const canReceive = recipient === operator || (agent !== undefined && agent.desired !== 'ended');
    const isForeign =
      sender.includes('/') && agent !== undefined && registry.findAgent(sender)?.project !== agent.project;
    return [
      ...(canReceive ? [] : [`${id} is for ${recipient}, who is not there`]),
      ...(sender === SYSTEM || isKnown(sender) ? [] : [`${id} is from ${sender}, who is not there`]),
      ...(isKnown(sender) && isForeign ? [`${id} goes from one project to another`] : []),
    ];
  };

  /** What no ledger takes, such as messages that wait for each other, an empty one refuses, too. */
  const rehearse = (messages: readonly Message[]): void => {
    using empty = openQueue({ path: ':memory:', ...config.queue });
    empty.importPending(messages);
  };

  return {
    exportMessages: ({ query }) => ({
      messages: queue.exportPending({ afterSeq: query.afterSeq, limit: query.limit ?? PAGE }),
    }),
    importMessages: ({ body }) => {
      const problems = body.messages.flatMap(problemsOf);
      if (problems.length > 0) throw errors.badImport(problems.slice(0, SHOWN), problems.length);
      if (!body.isDryRun) return { added: queue.importPending(body.messages) };
      rehearse(body.messages);
      return { added: 0 };
    },
  };
}
