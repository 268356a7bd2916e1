import { composeStatusRequest } from '@orc/briefing';
import { agentIdOf, newId, operator } from '@orc/contracts';
import type { Project } from '@orc/registry';
import { composeStandup, readAnswer, type Standup } from '@orc/routing';
import { errors } from '../errors.ts';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';

export interface StandupView {
  readonly id: string;
  readonly project: string;
  readonly askedBy: string;
  readonly askedAt: number;
  readonly closesAt: number;
  readonly closedAt: number | null;
  readonly answers: {
    agent: string;
    hasAnswered: boolean;
    answeredAt: number | null;
    completed: string[];
    current: string | null;
    blocked: string | null;
  }[];
  readonly missing: string[];
  readonly summary: string;
}

const MANAGER = 'project-manager';
const SUMMARY_PRIORITY = 10;

/**
 * Asynchronous standups: everybody is asked in one message each, answers are taken as they come, and when all
 * are there or the time is over, the sum of them goes to the hub and the project manager. Kept in the book, so
 * that a daemon that is killed meanwhile goes on collecting.
 */
export function createStandupDesk(
  parts: Pick<Parts, 'queue' | 'registry' | 'book' | 'bus' | 'clock' | 'config'>,
  { notices }: { readonly notices: Notices },
) {
  const { queue, registry, book, bus, clock, config } = parts;
  const collect = (standup: Standup) => collectAnswers(parts, standup);
  const sumUp = (standup: Standup) => sendSum(parts, notices, standup);

  const open = (project: Project, askedBy: string, withinMs = config.routing.standupMs): Standup => {
    const members = registry
      .listAgents({ project: project.slug })
      .filter(({ id, desired }) => desired === 'running' && id !== askedBy);
    if (members.length === 0) throw errors.nobodyToTell(project.slug);
    const id = newId('s');
    const askedAt = clock.now();
    const questions = members.map((agent) => ({ agent: agent.id, question: `${id}.${agent.role}` }));
    const body = (agentId: string) =>
      composeStatusRequest({ agentId, reason: 'the standup of the team', replyWithinMs: withinMs });
    // The book first: an answer to a question that it does not know would be lost.
    const standup = book.openStandup(
      { id, project: project.slug, askedBy, askedAt, closesAt: askedAt + withinMs },
      questions,
    );
    queue.sendAll(
      questions.map(({ agent, question }) => ({
        id: question,
        sender: askedBy,
        recipient: agent,
        kind: 'standup',
        body: body(agent),
        tags: ['standup', id],
        expectReplyMs: withinMs,
      })),
    );
    bus.publish(
      'standup.opened',
      { standup: id, asked: members.map((agent) => agent.id), by: askedBy },
      { source: 'routing', project: project.slug },
    );
    return standup;
  };

  return {
    open,
    /** Whoever answers late is still heard, and the one who looks sees it. */
    view: (standup: Standup): StandupView => viewOf(collect(standup)),
    /** Collects for every standup that is open, and closes those that are complete or over. */
    run(): void {
      for (const standup of book.openStandups().map(collect)) {
        const isComplete = standup.answers.every(({ text }) => text !== null);
        if (isComplete || clock.now() >= standup.closesAt) sumUp(standup);
      }
    },
  };
}

/** Takes the answers that have come since: replies, and statuses that were reported in their place. */
function collectAnswers({ queue, book }: Pick<Parts, 'queue' | 'book'>, standup: Standup): Standup {
  const { id, project, askedAt } = standup;
  const findAnswer = (agent: string, question: string) => {
    const asked = queue.find(question);
    const [reply] = asked
      ? queue.list({ inReplyTo: question, sender: agent, afterSeq: asked.seq, limit: 1 })
      : [];
    const [report] = book.reports({ project, agent, kind: 'status', since: askedAt, limit: 1 });
    return reply ? { id: reply.id, text: reply.body, at: reply.createdAt } : report;
  };
  const isNew = standup.answers
    .filter(({ text }) => text === null)
    .map(({ agent, question }) => {
      const found = findAnswer(agent, question);
      return found && book.noteAnswer(id, { agent, answer: found.id, text: found.text, at: found.at });
    })
    .some((noted) => noted === true);
  return isNew ? book.getStandup(id) : standup;
}

/** Closes a standup and sends the sum of it to the hub, the project manager, and the person who asked. */
function sendSum(
  { queue, registry, book, bus, clock }: Pick<Parts, 'queue' | 'registry' | 'book' | 'bus' | 'clock'>,
  notices: Notices,
  { id, project: slug, askedBy, answers }: Standup,
): void {
  const project = registry.findProject(slug);
  if (!project || !book.closeStandup(id, clock.now())) return;
  const manager = registry.findAgent(agentIdOf(slug, MANAGER));
  const recipients = new Set([
    notices.hubOf(project),
    ...(manager?.desired === 'running' ? [manager.id] : []),
    ...(askedBy === operator ? [operator] : []),
  ]);
  queue.sendAll(
    [...recipients].map((recipient, index) => ({
      id: `${id}.sum${index}`,
      sender: SYSTEM,
      recipient,
      kind: 'standup-summary',
      priority: SUMMARY_PRIORITY,
      body: composeStandup(answers),
      tags: ['standup', id],
    })),
  );
  const missing = answers.filter(({ text }) => text === null).map(({ agent }) => agent);
  const answered = answers.length - missing.length;
  bus.publish('standup.closed', { standup: id, answered, missing }, { source: 'routing', project: slug });
}

function viewOf(standup: Standup): StandupView {
  const answers = standup.answers.map((answer) => {
    const entry = readAnswer(answer);
    return { ...entry, completed: [...entry.completed], answeredAt: answer.answeredAt };
  });
  return {
    ...standup,
    answers,
    missing: answers.filter(({ hasAnswered }) => !hasAnswered).map(({ agent }) => agent),
    summary: composeStandup(standup.answers),
  };
}
