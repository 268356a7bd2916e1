import { findMessages, findTold, readTaskText, type DeliveredMessage } from './message-text.ts';
import {
  findMarks,
  markOf,
  workOnReply,
  workOnTask,
  type Step,
  type Work,
  type Worker,
} from './brain-task.ts';
import type { News } from './conversation.ts';
import type { ToolCall } from './tools.ts';

/** One answer of the scripted "model": words, and at most one tool call. Without a call the turn ends. */
export interface Decision {
  readonly text: string;
  readonly call: ToolCall | undefined;
}

/**
 * Stands in for the model. It understands nothing but messages of orc, keeps the ones it has not finished, and
 * acts on each id once.
 */
export interface Brain {
  /** Decides on everything that is new since the last answer. */
  decide(news: News): Decision;
  /** Tells the id under which the call of the last decision runs; its result is expected in the next news. */
  expect(toolUseId: string): void;
  /** After /clear: unfinished work is forgotten; finished ids are still known. */
  forget(): void;
  /** Remembers, from its own words of an earlier process, which messages are finished. */
  recall(assistantTexts: readonly string[]): void;
}

interface Job {
  readonly message: DeliveredMessage;
  readonly isReply: boolean;
  readonly work: Work;
  step: Step;
}

const briefingKinds = ['briefing', 'rebrief'];
const askingKinds = ['status', 'question', 'status-request', 'standup'];

export function createBrain(worker: Worker): Brain {
  const handled = new Set<string>();
  const completed: string[] = [];
  let jobs: Job[] = [];
  let running: { readonly job: Job; toolUseId: string | undefined } | undefined;

  const start = (message: DeliveredMessage, isReply: boolean, work: Work): string | undefined => {
    const first = work.next();
    if (first.done) return first.value;
    jobs.push({ message, isReply, work, step: first.value });
    return undefined;
  };
  const finish = (job: Job, words: string): string => {
    jobs = jobs.filter((other) => other !== job);
    for (const id of findMarks(words)) handled.add(id);
    if (!job.isReply && handled.has(job.message.id)) completed.push(readTaskText(job.message.body).title);
    return words;
  };
  const takeResult = (news: News): string | undefined => {
    const { job, toolUseId } = running ?? {};
    running = undefined;
    const result = toolUseId === undefined ? undefined : news.results.get(toolUseId);
    // No result: the turn was interrupted, and the step is done once more.
    if (!job || !result) return undefined;
    const next = job.work.next(result);
    if (next.done) return finish(job, next.value);
    job.step = next.value;
    return undefined;
  };
  const isTaken = (id: string) => handled.has(id) || jobs.some((job) => job.message.id === id);
  const reply = (message: DeliveredMessage) => {
    const tasks = jobs.filter((job) => !job.isReply).map((job) => readTaskText(job.message.body).title);
    return start(message, true, workOnReply(message, buildStatus(worker, { completed, tasks, message })));
  };
  const accept = (message: DeliveredMessage): string | undefined => {
    const { id, kind, sender } = message;
    if (handled.has(id)) return `Message ${id} came a second time; I have acted on it before.`;
    if (isTaken(id)) return `Message ${id} came a second time; I am at it.`;
    if (kind === 'task') return start(message, false, workOnTask(message, worker));
    const told = findTold(message).filter((other) => !isTaken(other.id));
    for (const other of told)
      if (other.kind === 'task') start(other, false, workOnTask(other, worker));
      else reply(other);
    if (askingKinds.includes(kind) || message.isReplyExpected) return reply(message);
    handled.add(id);
    const words = briefingKinds.includes(kind)
      ? `I am ${worker.agent || 'an agent'} and have read my briefing.`
      : `Noted what ${sender} says.`;
    return `${words} ${markOf(id)}`;
  };

  return {
    decide(news) {
      const remarks = [takeResult(news), ...news.texts.flatMap(findMessages).map(accept)].filter(
        (remark) => remark !== undefined,
      );
      // Whoever asks is answered between two steps of a task.
      const job = jobs.find((candidate) => candidate.isReply) ?? jobs[0];
      if (!job) return { text: remarks.join('\n') || idleWords, call: undefined };
      running = { job, toolUseId: undefined };
      return { text: [...remarks, job.step.text].filter(Boolean).join('\n'), call: job.step.call };
    },
    expect(toolUseId) {
      if (running) running.toolUseId = toolUseId;
    },
    forget() {
      jobs = [];
      running = undefined;
    },
    recall(assistantTexts) {
      for (const id of assistantTexts.flatMap(findMarks)) handled.add(id);
    },
  };
}

const idleWords = 'This is a simulation without a model: I act on messages of orc, and there is none.';

function buildStatus(
  worker: Worker,
  facts: {
    readonly completed: readonly string[];
    readonly tasks: readonly string[];
    readonly message: DeliveredMessage;
  },
): string {
  const { completed, tasks, message } = facts;
  const current = tasks[0];
  const done = completed.length === 0 ? ['- nothing yet'] : completed.map((title) => `- ${title}`);
  const head = briefingKinds.includes(message.kind) ? ['ACK: I have read my briefing.'] : [];
  return [
    ...head,
    `STATUS [${worker.agent || 'agent'}] [${new Date(worker.clock.now()).toISOString()}]`,
    'Completed:',
    ...done,
    `Current: ${current ?? 'waiting for work'}`,
    'Blocked: no',
    `ETA: ${current === undefined ? 'none' : 'under a minute (simulation)'}`,
  ].join('\n');
}
