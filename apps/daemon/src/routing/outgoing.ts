import { parseAgentId } from '@orc/contracts';
import type { Message, SendInput } from '@orc/queue';
import type { Project } from '@orc/registry';
import {
  checkText,
  copyFor,
  createRepetitions,
  findKind,
  findWorkRule,
  forwardFor,
  guessKind,
  judgeRoute,
  kinds,
  priorityOf,
  reservedTags,
  whoGoesOn,
  type Derived,
  type RouteVerdict,
} from '@orc/routing';
import { findClosest } from '../config/closest.ts';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { Teams } from './matrix.ts';

export type SentMessage = Message & { readonly warnings: string[] };
type Draft = SendInput & { readonly id: string };

export interface Outgoing {
  /**
   * Sends what somebody has written: its kind must be known, its way is judged, and what follows from it
   * (a copy for the hub, the same work for the next) goes out in the same transaction.
   *
   * @throws ORC_DAEMON_UNKNOWN_KIND, ORC_DAEMON_RESERVED, ORC_DAEMON_NOT_ROUTED
   */
  send(caller: Caller, draft: Draft): SentMessage;
  /** The kind as it is stored. @throws ORC_DAEMON_UNKNOWN_KIND, ORC_DAEMON_RESERVED */
  kindFor(caller: Caller, text: string | undefined): string;
  /** Sends what was composed here, with what follows from it. */
  deliver(project: Project, draft: Draft): Message;
  /** What the matrix says of a message between two names of the ledger. */
  judge(
    project: Project,
    about: {
      readonly from: string;
      readonly to: string;
      readonly kind: string;
      readonly tags: readonly string[];
      readonly isReply: boolean;
    },
  ): RouteVerdict;
}

/** The one place that answers, at the moment of sending, whether and how a message goes. */
export function createOutgoing(
  parts: Pick<Parts, 'queue' | 'registry' | 'bus' | 'clock' | 'config'>,
  { teams, notices }: { readonly teams: Teams; readonly notices: Notices },
): Outgoing {
  const { queue, registry, bus, clock, config } = parts;
  const { enforcement, allow, deny, fastLanes, duplicateMs, hopsMax } = config.routing;
  const repetitions = createRepetitions({ windowMs: duplicateMs });

  const kindFor: Outgoing['kindFor'] = (caller, text = 'note') => {
    const kind = findKind(text);
    if (!kind && config.routing.kinds.includes(text)) return text;
    const known = [...kinds.map(({ id }) => id), ...config.routing.kinds];
    if (!kind) throw errors.unknownKind(text, findClosest(text, known), known);
    if (kind.isSystemOnly && caller.type === 'agent') throw errors.reserved(`the kind ${kind.id}`);
    return kind.id;
  };

  const judge: Outgoing['judge'] = (project, { from, to, kind, tags, isReply }) =>
    judgeRoute({
      from: teams.partyOf(from),
      to: teams.partyOf(to),
      kind,
      tags,
      isReply,
      matrix: teams.matrixOf(project),
      overrides: { allow, deny },
      isLaneOpen: fastLanes,
    });

  const isAnswer = ({ inReplyTo, sender, recipient }: Draft): boolean => {
    const asked = typeof inReplyTo === 'string' ? queue.find(inReplyTo) : undefined;
    return asked !== undefined && asked.sender === recipient && asked.recipient === sender;
  };

  /** Warnings about the way, or a refusal where that is the policy. */
  const checkWay = (project: Project, draft: Draft & { kind: string }): string[] => {
    if (enforcement === 'off') return [];
    const { sender: from, recipient: to, kind, tags = [] } = draft;
    const verdict = judge(project, { from, to, kind, tags, isReply: isAnswer(draft) });
    if (verdict.isAllowed) return [];
    const { because, why, instead } = verdict;
    bus.publish(
      'message.off_route',
      { from, to, kind, because, why, isRefused: enforcement === 'refuse' },
      { source: 'routing', project: project.slug, agent: from, message: draft.id, severity: 'notice' },
    );
    if (enforcement === 'refuse') throw errors.notRouted(why, instead ?? '');
    return [`${why} ${instead ?? ''}`.trim()];
  };

  const follow = (project: Project, draft: Draft & { kind: string }): SendInput[] => {
    const message = { ...draft, tags: draft.tags ?? [] };
    const copy = copyFor(message, notices.hubOf(project));
    const rule = findWorkRule(draft.kind);
    const next = rule ? whoGoesOn(rule, teams.membersOf(project.slug), project.hub) : [];
    const recipients = next.map((name) => `${project.slug}/${name}`).filter((id) => canReceive(registry, id));
    const forwards = recipients.includes(message.recipient)
      ? []
      : recipients.map((recipient) => forwardFor(message, { recipient, ask: rule?.ask ?? '' }, { hopsMax }));
    const derived = [copy, ...forwards].filter((each): each is Derived => each !== undefined);
    // Whoever gets the work itself needs no copy of it.
    const isTwice = ({ kind, recipient }: Derived) =>
      kind === 'copy' && forwards.some((forward) => forward?.recipient === recipient);
    return derived
      .filter((each) => !isTwice(each) && each.recipient !== draft.sender)
      .map((each) => ({ ...each, sender: draft.sender, priority: priorityOf(draft.kind, draft.body) }));
  };

  const deliver: Outgoing['deliver'] = (project, draft) => {
    const kind = draft.kind ?? 'note';
    const priority = draft.priority ?? priorityOf(kind, draft.body);
    // Sent before: what followed from it has followed, to whoever was the hub then.
    if (queue.find(draft.id)) return queue.send({ ...draft, priority });
    const [message] = queue.sendAll([{ ...draft, priority }, ...follow(project, { ...draft, kind })]);
    return message as Message;
  };

  const projectOf = ({ sender, recipient }: Draft): Project | undefined => {
    const agent = [sender, recipient].find((name) => name.includes('/'));
    return agent === undefined ? undefined : registry.findProject(parseAgentId(agent).project);
  };

  return {
    kindFor,
    deliver,
    judge,
    send(caller, given) {
      const kind = kindFor(caller, given.kind);
      const reserved = reservedTags(given.tags ?? []);
      if (reserved.length > 0) throw errors.reserved(`the tag ${reserved.join(', ')}`);
      const draft = { ...given, kind };
      const project = projectOf(draft);
      if (caller.type === 'operator' || !project)
        return {
          ...queue.send({ ...draft, priority: draft.priority ?? priorityOf(kind, draft.body) }),
          warnings: warningsOf(kind, draft.body),
        };
      const now = clock.now();
      const said = { sender: draft.sender, recipient: draft.recipient, kind, body: draft.body };
      const earlier = queue.find(repetitions.find(said, now) ?? '');
      if (earlier && earlier.id !== draft.id)
        return {
          ...earlier,
          warnings: [`You said exactly this a moment ago as ${earlier.id}; it was not sent again.`],
        };
      const warnings = [
        ...checkWay(project, draft),
        ...warningsOf(kind, draft.body),
        ...hintsOf(kind, draft.body),
      ];
      const message = deliver(project, draft);
      repetitions.note(said, message.id, now);
      return { ...message, warnings };
    },
  };
}

function warningsOf(id: string, body: string): string[] {
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

function canReceive({ findAgent }: Pick<Parts['registry'], 'findAgent'>, id: string): boolean {
  const agent = findAgent(id);
  return agent !== undefined && agent.desired !== 'ended';
}
