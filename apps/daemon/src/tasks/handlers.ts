import { isOrcError } from '@orc/errors';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import type { Teams } from '../routing/matrix.ts';
import type { Reporter } from '../routing/reports.ts';
import type { Views } from '../team/views.ts';
import type { Task } from '@orc/task-board';
import { createTaskAdding } from './adding.ts';
import { changeTask, holderOf, type TaskAction } from './changes.ts';
import type { HandOut } from './hand-out.ts';
import { createTaskTelling } from './telling.ts';

interface Deps {
  readonly targets: Targets;
  readonly views: Views;
  readonly notices: Notices;
  readonly handOut: HandOut;
  readonly reporter: Reporter;
  readonly teams: Teams;
}

/** What the hub is told when a task goes this way. */
const KINDS: Readonly<Partial<Record<TaskAction, string>>> = {
  done: 'completion',
  fail: 'failure',
  block: 'blocked',
};

/** Calls about the board: its tasks, and what happens to them. */
export function createTaskHandlers(
  parts: Parts,
  deps: Deps,
): HandlersOf<'tasks' | 'task' | 'addTask' | 'changeTask'> {
  const { targets, views, notices, handOut } = deps;
  const { board, registry, bus } = parts;
  const telling = createTaskTelling(parts, deps);
  return {
    ...createTaskAdding(parts, deps),
    tasks: ({ caller, query }) => ({
      tasks: board
        .list({ project: targets.projectOf(caller, query.project) })
        .map((task) => views.task(task)),
    }),
    task: ({ caller, params }) => {
      const task = board.get(params.id);
      targets.projectOf(caller, task.project);
      return views.task(task);
    },
    changeTask: async ({ caller, params: { id, action }, body }) => {
      const task = board.get(id);
      targets.projectOf(caller, task.project);
      const hub = notices.hubOf(registry.getProject(task.project));
      refuseForeignHands(caller, task, hub);
      const by = caller.name;
      const text = body.text ?? '';
      const kind = KINDS[action];
      if (kind !== undefined && text.trim() === '')
        throw errors.badRequest([`say what was ${action === 'done' ? 'done' : 'in the way'}`]);
      if (action === 'assign' && body.assignee === undefined) throw errors.badRequest(['say to whom']);
      const assignee =
        body.assignee === undefined ? undefined : await targets.resolve(body.assignee, caller, task.project);
      const mayTake = leads(caller, hub);
      try {
        changeTask(parts, { id, action, by, text, assignee, mayTake });
      } catch (error) {
        if (kind !== undefined && isOrcError(error, 'ORC_TASKS_CONTRADICTION'))
          telling.report(task, caller, kind, text);
        throw error;
      }
      const after = board.get(id);
      const isNew = action === 'block' || task.outcome !== after.outcome;
      bus.publish(
        `task.${PAST[action]}`,
        { text, by },
        { source: 'tasks', project: task.project, agent: after.assignee ?? by, message: task.id },
      );
      if (kind !== undefined && (isNew || !telling.isReported(after, action)))
        telling.report(after, caller, kind, text);
      const formerly = action === 'assign' ? holderOf(task, assignee) : null;
      if (formerly !== null && formerly !== by) telling.tellFormerHolder(after, formerly);
      handOut(task.project);
      return views.task(board.get(id));
    },
  };
}

const PAST: Readonly<Record<TaskAction, string>> = {
  start: 'started',
  done: 'done',
  fail: 'failed',
  block: 'blocked',
  unblock: 'unblocked',
  reopen: 'reopened',
  assign: 'assigned',
};

/** An agent changes its own tasks; those of others only the hub and the person change. */
function refuseForeignHands(caller: Caller, { assignee }: Task, hub: string): void {
  if (leads(caller, hub)) return;
  if (assignee !== null && assignee !== caller.name) throw errors.forbidden("change another agent's task");
}

function leads(caller: Caller, hub: string): boolean {
  return caller.type === 'operator' || caller.name === hub;
}
