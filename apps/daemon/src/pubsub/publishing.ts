import { newId, operator } from '@orc/contracts';
import { describeError } from '@orc/errors';
import { groupsOf, redactSecrets, type Publication, type Subscription } from '@orc/pubsub';
import type { Message } from '@orc/queue';
import type { Agent } from '@orc/registry';
import { isDatabaseError } from '@orc/sqlite';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';

export interface PublishInput {
  /** Makes publishing repeatable. Default: a new one. */
  readonly id?: string | undefined;
  readonly project: string;
  readonly group: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly text: string;
  readonly publisher: string;
  readonly session?: string | null | undefined;
  /** Default: everybody who hears the group, without the publisher. */
  readonly recipients?: readonly string[] | undefined;
}

export interface Published {
  readonly publication: Publication;
  readonly messages: readonly Message[];
}

type PublishingParts = Pick<Parts, 'pubsub' | 'queue' | 'registry' | 'bus' | 'config' | 'log'>;

/** From these on a publication is told at once, or ahead of everything; below them it is for the digest. */
const HIGH = 10;
const CRITICAL = 50;

/**
 * Makes a publication one message for each of those who hear its group, so that each delivery is proven like
 * any other. What orc itself publishes is a notice and goes through the door of notices.
 */
export function createPublishing(parts: PublishingParts, notices: Notices) {
  const { pubsub, registry } = parts;

  const groupsHeard = (name: string, project: string, subscriptions: readonly Subscription[]): string[] => {
    const agent = registry.findAgent(name);
    const isHub = agent?.role === registry.getProject(project).hub;
    return groupsOf({ name, role: agent?.role ?? null, isHub }, parts.config.pubsub, subscriptions);
  };

  const audienceOf = (project: string, group: string): string[] => {
    const subscriptions = pubsub.subscriptions(project);
    const names = registry
      .listAgents({ project })
      .filter(({ desired }) => desired === 'running')
      .map(({ id }: Agent): string => id);
    return [...names, operator].filter((name) => groupsHeard(name, project, subscriptions).includes(group));
  };

  const isUnsent = (id: string): boolean => pubsub.unsent().some((each) => each.id === id);

  /** Repeatable, since every id is fixed. What the database does not take stays unsent for the next time. */
  const handOver = (publication: Publication): Message[] => {
    const messages: Message[] = [];
    try {
      publication.recipients.forEach((recipient, index) => {
        const id = `${publication.id}.${index + 1}`;
        messages.push(...deliver(parts, notices, publication, { recipient, id }));
      });
      // Nobody looks at it again once it is sent.
      if (isUnsent(publication.id)) announce(parts, publication);
      pubsub.sent(publication.id);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      parts.log.warn({ err: error, publication: publication.id }, 'a publication waits for the database');
    }
    return messages;
  };

  return {
    audienceOf,
    /** The groups that somebody hears in a project. */
    groupsOf: (name: string, project: string) => groupsHeard(name, project, pubsub.subscriptions(project)),
    publish({ id = newId('p'), recipients, ...input }: PublishInput): Published {
      const heardBy = recipients ?? audienceOf(input.project, input.group);
      const publication = pubsub.publish({
        ...input,
        id,
        text: redactSecrets(input.text),
        recipients: heardBy.filter((name) => name !== input.publisher),
      });
      return { publication, messages: handOver(publication) };
    },
    /** Hands over what a daemon that was killed had stored and not sent; the ids make a second time harmless. */
    handOverRest: (): void => pubsub.unsent().forEach((publication) => void handOver(publication)),
  };
}

export type Publishing = ReturnType<typeof createPublishing>;

function announce({ bus }: PublishingParts, publication: Publication): void {
  const { id, group, tags, text, publisher, project, priority, recipients } = publication;
  const data = { publication: id, group, tags, text, publisher, recipients };
  const severity = priority >= HIGH ? 'notice' : 'info';
  bus.publish('publication.made', data, { id: `publication-${id}`, source: 'pubsub', project, severity });
}

function deliver(
  { queue, bus, log }: PublishingParts,
  notices: Notices,
  { id: publication, project, group, priority, tags, text, publisher }: Publication,
  { recipient, id }: { readonly recipient: string; readonly id: string },
): Message[] {
  const footer = tags.length === 0 ? '' : `\nTags: [${tags.join(', ')}]`;
  const ask = priority >= HIGH ? `\nWhen you have acted: orc ack ${publication} "what was done"` : '';
  const body = `${text}${footer}${ask}`;
  const about = { topic: group, tags };
  if (publisher === SYSTEM) {
    const severity = priority >= CRITICAL ? 'critical' : priority >= HIGH ? 'warning' : 'info';
    notices.tell({ ...about, id, recipient, severity, text: body, project, key: text });
    return [queue.find(id)].filter((message) => message !== undefined);
  }
  try {
    return [queue.send({ ...about, id, sender: publisher, recipient, kind: 'note', priority, body })];
  } catch (error) {
    if (isDatabaseError(error)) throw error;
    // One reader with a full or closed mailbox must not keep the others from theirs.
    const problem = describeError(error);
    log.warn({ recipient, publication, problem }, 'a publication was not delivered');
    const data = { publication, recipient, why: problem };
    bus.publish('publication.undelivered', data, { source: 'pubsub', project, severity: 'warning' });
    return [];
  }
}
