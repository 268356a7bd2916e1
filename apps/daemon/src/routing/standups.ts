import { composeStatusRequest } from '@orc/briefing';
import { agentIdOf, newId, operator } from '@orc/contracts';
import { describeError } from '@orc/errors';
import type { Project } from '@orc/registry';
import { composeStandup, readAnswer, type Standup } from '@orc/routing';
import { isDatabaseError } from '@orc/sqlite';
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

type StandupParts = Pick<Parts, 'queue' | 'registry' | 'book' | 'bus' | 'clock' | 'log'>;

/**
 * Asynchronous standups: everybody is asked in one message each, answers are taken as they come, and when all
 * are there or the time is over, the sum of them goes to the hub and the project manager. Kept in the book, so
 * that a daemon that is killed meanwhile goes on collecting.
 */
export function createStandupDesk(
  parts: StandupParts & Pick<Parts, 'config'>,
  { notices }: { readonly notices: Pick<Notices, 'hubOf'> },
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
    // First, because the book would tell of silence where nobody was asked. Answers are looked for later.
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
    const standup = book.openStandup(
      { id, project: project.slug, askedBy, askedAt, closesAt: askedAt + withinMs },
      questions,
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

/**
 * Sends the sum of a standup to the hub, the project manager, and the person who asked. It is closed last: until
 * then each look does again what the one before could not.
 */
function sendSum(parts: StandupParts, notices: Pick<Notices, 'hubOf'>, standup: Standup): void {
  const { registry, book, bus, clock } = parts;
  const { id, project: slug, askedBy, answers } = standup;
  const project = registry.findProject(slug);
  if (!project) return;
  const manager = registry.findAgent(agentIdOf(slug, MANAGER));
  const recipients = new Set([
    notices.hubOf(project),
    ...(manager?.desired === 'running' ? [manager.id] : []),
    ...(askedBy === operator ? [operator] : []),
  ]);
  for (const recipient of recipients) sendSumTo(parts, standup, recipient);
  const missing = answers.filter(({ text }) => text === null).map(({ agent }) => agent);
  const answered = answers.length - missing.length;
  const about = { id: `standup-closed-${id}`, source: 'routing', project: slug };
  bus.publish('standup.closed', { standup: id, answered, missing }, about);
  book.closeStandup(id, clock.now());
}

function sendSumTo({ queue, log }: StandupParts, { id: standup, answers }: Standup, recipient: string): void {
  const id = `${standup}.sum.${recipient.split('/').at(-1)}`;
  // An answer that came since would make it another message.
  if (queue.find(id) !== undefined) return;
  try {
    queue.send({
      id,
      sender: SYSTEM,
      recipient,
      kind: 'standup-summary',
      priority: SUMMARY_PRIORITY,
      body: composeStandup(answers),
      tags: ['standup', standup],
    });
  } catch (error) {
    if (isDatabaseError(error)) throw error;
    // One full mailbox must not keep the standup open, and the others waiting.
    log.warn({ recipient, standup, problem: describeError(error) }, 'the sum of a standup was not delivered');
  }
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
