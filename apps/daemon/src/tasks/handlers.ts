import { newId } from '@orc/contracts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import { errors } from '../errors.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { SYSTEM } from '../parts.ts';
import type { Views } from '../team/views.ts';
import type { HandOut } from './hand-out.ts';

interface Deps {
  readonly targets: Targets;
  readonly views: Views;
  readonly notices: Notices;
  readonly handOut: HandOut;
}

const REPORT_PRIORITY: Readonly<Record<string, number>> = { failure: 30, blocked: 30 };

export function createTaskHandlers(
  parts: Parts,
  { targets, views, notices, handOut }: Deps,
): HandlersOf<'tasks' | 'task' | 'changeTask' | 'report'> {
  const { board, queue, registry, bus } = parts;

  /** No completion is silent: whoever finishes a task, the hub of the project learns it. */
  const tellHub = (project: string, sender: string, kind: string, text: string): string | undefined => {
    const recipient = notices.hubOf(registry.getProject(project));
    if (recipient === sender) return undefined;
    return queue.send({
      id: newId('m'),
      sender,
      recipient,
      kind,
      priority: REPORT_PRIORITY[kind] ?? 10,
      body: text,
    }).id;
  };

  const change = (
    id: string,
    action: string,
    by: string,
    text: string,
    assignee: string | undefined,
  ): void => {
    const { messageId } = board.get(id);
    const message = queue.find(messageId);
    if (action === 'start') {
      board.markStarted(id, { by });
      if (message) queue.start(messageId, by);
    } else if (action === 'done') {
      board.markDone(id, { by, text });
      if (message) queue.finish(messageId, { by, result: text });
    } else if (action === 'fail') {
      board.markFailed(id, { by, text });
      if (message) queue.fail(messageId, { by, reason: text });
    } else if (action === 'block') board.block(id, { by, reason: text });
    else if (action === 'unblock') board.unblock(id);
    else if (action === 'reopen') board.reopen(id);
    else if (action === 'assign' && assignee !== undefined) board.assign(id, assignee);
  };

  const KINDS: Readonly<Record<string, string>> = { done: 'completion', fail: 'failure', block: 'blocked' };

  return {
    tasks: ({ caller, query }) => ({
      tasks: board
        .list({ project: targets.projectOf(caller, query.project) })
        .map((task) => views.task(task)),
    }),
    task: ({ params }) => views.task(board.get(params.id)),
    changeTask: async ({ caller, params, body }) => {
      const task = board.get(params.id);
      const by = caller.name;
      const text = body.text ?? '';
      const isOutcome = params.action in KINDS;
      if (isOutcome && text === '')
        throw errors.badRequest([`say what was ${params.action === 'done' ? 'done' : 'in the way'}`]);
      if (params.action === 'assign' && body.assignee === undefined) throw errors.badRequest(['say to whom']);
      const assignee =
        body.assignee === undefined ? undefined : await targets.resolve(body.assignee, caller, task.project);
      const before = board.get(params.id).outcome;
      change(params.id, params.action, by, text, assignee);
      const after = board.get(params.id);
      const isNew = before !== after.outcome || params.action === 'block';
      bus.publish(
        `task.${PAST[params.action]}`,
        { text, by },
        { source: 'tasks', project: task.project, agent: after.assignee ?? by, message: task.id },
      );
      const kind = KINDS[params.action];
      if (kind !== undefined && isNew)
        tellHub(task.project, senderOf(caller), kind, `${task.id} ${task.title}: ${text}`);
      handOut(task.project);
      return views.task(board.get(params.id));
    },
    report: ({ caller, body }) => {
      const project = targets.projectOf(caller, body.project);
      const recipient = notices.hubOf(registry.getProject(project));
      if (recipient === caller.name) throw errors.nobodyToTell(project);
      const text = caller.type === 'operator' ? `Report of ${body.role}: ${body.text}` : body.text;
      const message = queue.send({
        id: newId('m'),
        sender: caller.name,
        recipient,
        kind: body.kind,
        priority: REPORT_PRIORITY[body.kind] ?? 10,
        body: text,
        tags: ['report', body.role],
      });
      return { message };
    },
  };
}

const PAST: Readonly<Record<string, string>> = {
  start: 'started',
  done: 'done',
  fail: 'failed',
  block: 'blocked',
  unblock: 'unblocked',
  reopen: 'reopened',
  assign: 'assigned',
};

/** The person may close a task for an agent; the hub is then told by the system and not by "user". */
function senderOf(caller: Caller): string {
  return caller.type === 'agent' ? caller.name : SYSTEM;
}
