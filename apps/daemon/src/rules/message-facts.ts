import { agentIdOf, operator, type AgentState } from '@orc/contracts';
import { readText, type MessageFact } from '@orc/compliance-rules';
import type { Message } from '@orc/queue';
import type { Agent, Project } from '@orc/registry';
import { checkText, copyFor, findKind } from '@orc/routing';
import type { Parts } from '../parts.ts';
import type { Ways } from '../routing/way.ts';
import { baseRole } from '../team/base-role.ts';

/** A message as it is judged: one of the ledger, or one that somebody only tries out. */
export type JudgedMessage = Pick<
  Message,
  'id' | 'sender' | 'recipient' | 'kind' | 'priority' | 'body' | 'tags' | 'inReplyTo'
> & {
  readonly seq: number;
  readonly createdAt: number;
};

export interface MessageFactsDeps {
  readonly stateOf: (agent: Agent) => AgentState;
  /** What the matrix says; whoever sends messages asks the same. */
  readonly ways: Pick<Ways, 'judge'>;
}

const HOUR_MS = 3_600_000;
const LOOKED_BACK = 200;
/** A lane that is closed, or a tag that is missing, is less than a way that nobody has foreseen. */
const MILD: ReadonlySet<string> = new Set(['needs-tag', 'lane-closed']);

/** What rules can know of a message of an agent, from the ledger as it was when the message was sent. */
export function createMessageFacts(
  { queue, registry }: Pick<Parts, 'queue' | 'registry'>,
  { stateOf, ways }: MessageFactsDeps,
): (project: Project, message: JudgedMessage) => MessageFact {
  const isHub = (project: Project, name: string) => name === agentIdOf(project.slug, project.hub);

  const reachesHub = (project: Project, message: JudgedMessage): boolean => {
    const hub = agentIdOf(project.slug, project.hub);
    if (message.sender === hub || message.recipient === hub || message.recipient === operator) return true;
    const copy = copyFor(message, hub);
    return copy !== undefined && queue.find(copy.id) !== undefined;
  };

  const isAnswer = ({ inReplyTo, sender, recipient }: JudgedMessage): boolean => {
    const asked = inReplyTo === null ? undefined : queue.find(inReplyTo);
    return asked !== undefined && asked.sender === recipient && asked.recipient === sender;
  };

  /** Messages up to this one, the newest first. */
  const upTo = (message: JudgedMessage, filter: object): Message[] =>
    queue.list({ ...filter, order: 'newest', limit: LOOKED_BACK }).filter(({ seq }) => seq <= message.seq);

  const exchanges = (project: Project, message: JudgedMessage): number => {
    const pair = [message.sender, message.recipient];
    let count = 0;
    for (const each of upTo(message, { recipientPrefix: `${project.slug}/` })) {
      const isOfPair = pair.includes(each.sender) && pair.includes(each.recipient);
      if (isOfPair) count += 1;
      else if (
        [each.sender, each.recipient].some((name) => pair.includes(name)) &&
        (isHub(project, each.sender) || isHub(project, each.recipient))
      )
        break;
    }
    return count;
  };

  return (project, message) => {
    const { sender, recipient, kind, body } = message;
    const other = registry.findAgent(recipient);
    const isReply = isAnswer(message);
    const { tags } = message;
    const route = ways.judge(project, { from: sender, to: recipient, kind, tags, isReply });
    const known = findKind(kind);
    const sent = queue.list({ sender, order: 'newest', limit: LOOKED_BACK });
    const broadcasts = broadcastsOf(sent, message);
    return {
      watches: 'message',
      project: project.slug,
      agent: sender,
      role: baseRole(sender.split('/')[1] ?? ''),
      isHub: isHub(project, sender),
      kind,
      body,
      tags,
      priority: message.priority,
      recipient,
      recipientRole: other ? baseRole(other.role) : recipient,
      via: 'ledger',
      route: route.isAllowed ? 'allowed' : MILD.has(route.because) ? 'warned' : 'forbidden',
      reachesHub: reachesHub(project, message),
      isReply,
      formProblems: known ? checkText(known, body) : [],
      ...readText(body),
      ...(broadcasts !== undefined && { broadcastsWithinHour: broadcasts }),
      exchanges: exchanges(project, message),
      requestsWithinHour: upTo(message, { sender, recipient, kind: 'status-request' }).filter(
        ({ createdAt }) => kind === 'status-request' && createdAt > message.createdAt - HOUR_MS,
      ).length,
      ...(other && { isRecipientLimited: stateOf(other).state === 'limited' }),
    };
  };
}

/**
 * How many broadcasts somebody has sent within an hour; `undefined` unless this message is the first of one,
 * so that a broadcast counts once and not once for each who got it.
 */
function broadcastsOf(sent: readonly Message[], message: JudgedMessage): number | undefined {
  const groups = new Map<string, Message[]>();
  for (const each of sent)
    if (each.createdAt > message.createdAt - HOUR_MS) {
      const key = `${each.createdAt} ${each.body}`;
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
  // The newest come first in the list, so the last of a group was sent first.
  const firsts = [...groups.values()]
    .filter((group) => new Set(group.map(({ recipient }) => recipient)).size > 1)
    .flatMap((group) => group.slice(-1))
    .filter(({ seq }) => seq <= message.seq);
  return firsts.some(({ id }) => id === message.id) ? firsts.length : undefined;
}
