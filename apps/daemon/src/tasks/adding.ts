import { parseAgentId, slugOf } from '@orc/contracts';
import { parsePriority } from '@orc/queue';
import type { Task, TaskBoard } from '@orc/task-board';
import { errors } from '../errors.ts';
import { requireLead } from '../routing/access.ts';
import type { Teams } from '../routing/matrix.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { baseRole } from '../team/base-role.ts';
import type { Views } from '../team/views.ts';
import type { HandOut } from './hand-out.ts';

interface Deps {
  readonly targets: Targets;
  readonly teams: Teams;
  readonly views: Views;
  readonly handOut: HandOut;
}

/** From here on a task goes with the first that are open, and before them when it is more urgent. */
const URGENT = 30;
const NAME_CHARACTERS = 30;

/**
 * Puts work on the board that no plan had: a defect, a wish, what somebody has found. Who leads decides what is
 * worth doing and how urgent it is; an open task of the same title is the same work, and is not added twice.
 */
export function createTaskAdding(
  parts: Pick<Parts, 'board' | 'registry' | 'bus'>,
  deps: Deps,
): HandlersOf<'addTask'> {
  const { board, registry, bus } = parts;
  const { targets, teams, views, handOut } = deps;
  return {
    addTask: async ({ caller, body }) => {
      const project = targets.projectOf(caller, body.project);
      requireLead(teams, caller, registry.getProject(project), 'add a task; report it to your lead');
      const assignee =
        body.assignee === undefined ? undefined : await targets.resolve(body.assignee, caller, project);
      const role = body.role ?? (assignee === undefined ? undefined : baseRole(parseAgentId(assignee).role));
      if (role === undefined) throw errors.badRequest(['role: say who can do it, or name an agent']);
      const { title, objective, criteria, after } = body;
      const known = findOpen(board, project, title);
      if (known) return { task: views.task(known), isNew: false };
      const priority = parsePriority(body.priority ?? 'normal');
      const id = freeName(board, project, title);
      const order = priority >= URGENT ? firstOpenOrder(board, project) : undefined;
      const [task] = board.addTasks(project, [
        {
          ...{ id, title, objective, criteria, role, priority, after },
          ...(assignee !== undefined && { assignee }),
          ...(order !== undefined && { order }),
        },
      ]);
      if (!task) throw errors.badRequest([`a task ${id} is there already`]);
      const about = { source: 'tasks', project, message: task.id };
      bus.publish('task.added', { title, role, priority, by: caller.name }, about);
      handOut(project);
      return { task: views.task(board.get(task.id)), isNew: true };
    },
  };
}

function findOpen(board: TaskBoard, project: string, title: string): Task | undefined {
  const normal = (text: string) => text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return board
    .list({ project })
    .find((task) => task.outcome === null && normal(task.title) === normal(title));
}

function freeName(board: TaskBoard, project: string, title: string): string {
  const name = slugOf(title).slice(0, NAME_CHARACTERS).replace(/-+$/, '');
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!board.find(`${project}.${candidate}`)) return candidate;
  }
}

function firstOpenOrder(board: TaskBoard, project: string): number | undefined {
  return board.list({ project }).find(({ outcome, startedAt }) => outcome === null && startedAt === null)
    ?.order;
}
