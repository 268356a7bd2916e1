import { parseAgentId } from '@orc/contracts';
import type { Message, SendInput } from '@orc/queue';
import type { Project } from '@orc/registry';
import { checkText, createRepetitions, findKind, guessKind, priorityOf, reservedTags } from '@orc/routing';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Parts } from '../parts.ts';
import type { Following } from './following.ts';
import type { KindNames } from './kind-names.ts';
import type { Ways } from './way.ts';

export type SentMessage = Message & { readonly warnings: string[] };
type Draft = SendInput & { readonly id: string };

const GIVEN_UP: ReadonlySet<string> = new Set(['failed', 'dead']);

export interface Outgoing {
  /**
   * Sends what somebody has written: its kind must be known, its way is judged, and what follows from it
   * (a copy for the hub, the same work for the next) goes out in the same transaction. What an agent has just
   * said is not sent again, unless the caller has chosen the id: another id is another message.
   *
   * @throws ORC_DAEMON_UNKNOWN_KIND, ORC_DAEMON_RESERVED, ORC_DAEMON_NOT_ROUTED
   */
  send(caller: Caller, draft: Draft, options?: { readonly isIdChosen?: boolean }): SentMessage;
  /** Sends what was composed here, with what follows from it. */
  deliver(project: Project, draft: Draft): Message;
}

interface Deps {
  readonly kindFor: KindNames;
  readonly ways: Ways;
  readonly following: Following;
}

/** The one place that answers, at the moment of sending, whether and how a message goes. */
export function createOutgoing(
  { queue, registry, clock, config }: Pick<Parts, 'queue' | 'registry' | 'clock' | 'config'>,
  { kindFor, ways, following }: Deps,
): Outgoing {
  const repetitions = createRepetitions({ windowMs: config.routing.duplicateMs });

  const isAnswer = ({ inReplyTo, sender, recipient }: Draft): boolean => {
    const asked = typeof inReplyTo === 'string' ? queue.find(inReplyTo) : undefined;
    return asked !== undefined && asked.sender === recipient && asked.recipient === sender;
  };

  const projectOf = ({ sender, recipient }: Draft): Project | undefined => {
    const agent = [sender, recipient].find((name) => name.includes('/'));
    return agent === undefined ? undefined : registry.findProject(parseAgentId(agent).project);
  };

  /** What went out under the same words and can still have its effect. */
  const findSame = (draft: Draft & { readonly kind: string }, now: number): Message | undefined => {
    const earlier = queue.find(repetitions.find(draft, now) ?? '');
    return earlier && !GIVEN_UP.has(earlier.state) ? earlier : undefined;
  };

  const deliver: Outgoing['deliver'] = (project, draft) => {
    const kind = draft.kind ?? 'note';
    const priority = draft.priority ?? priorityOf(kind, draft.body);
    // Sent before: what followed from it has followed, to whoever was the hub then.
    if (queue.find(draft.id)) return queue.send({ ...draft, priority });
    const [message] = queue.sendAll([{ ...draft, priority }, ...following(project, { ...draft, kind })]);
    return message as Message;
  };

  return {
    deliver,
    send(caller, given, { isIdChosen = false } = {}) {
      const kind = kindFor(caller, given.kind);
      const reserved = reservedTags(given.tags ?? []);
      if (reserved.length > 0) throw errors.reserved(`the tag ${reserved.join(', ')}`);
      const draft = { ...given, kind };
      const { id, sender, recipient, body, tags = [] } = draft;
      const project = projectOf(draft);
      const warnings = warningsOf(kind, body);
      // The person writes to whom they like, and knows what is to follow.
      if (caller.type === 'operator' || !project) {
        const priority = draft.priority ?? priorityOf(kind, body);
        return { ...queue.send({ ...draft, priority }), warnings };
      }
      const now = clock.now();
      const earlier = isIdChosen ? undefined : findSame(draft, now);
      if (earlier) return { ...earlier, warnings: [repeated(earlier.id)] };
      const isReply = isAnswer(draft);
      const offRoute = ways.check(project, { id, from: sender, to: recipient, kind, tags, isReply });
      const message = deliver(project, draft);
      repetitions.note(draft, message.id, now);
      return { ...message, warnings: [...offRoute, ...warnings, ...hintsOf(kind, body)] };
    },
  };
}

function repeated(id: string): string {
  return `You said exactly this a moment ago as ${id}; it was not sent again.`;
}

/** What is missing in a text of this kind, as a sentence for its sender. */
export function warningsOf(id: string, body: string): string[] {
  const kind = findKind(id);
  const problems = kind ? checkText(kind, body) : [];
  if (problems.length === 0) return [];
  const form = kind?.template ? ` "orc template ${id}" prints the form.` : '';
  return [`As a ${id}, ${problems.join('; ')}.${form}`];
}

/** A text never decides; its sender is asked. */
function hintsOf(kind: string, body: string): string[] {
  const guess = kind === 'note' ? guessKind(body) : undefined;
  return guess === undefined
    ? []
    : [
        `This reads like a ${guess}. If it is one, "orc report" or --kind ${guess} makes it known to those who wait for it.`,
      ];
}
