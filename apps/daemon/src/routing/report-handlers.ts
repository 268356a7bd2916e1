import { agentIdOf } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import type { Project } from '@orc/registry';
import type { Task } from '@orc/task-board';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Call, HandlersOf } from '../http/handlers.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { actionOfReport, changeTask, type TaskAction } from '../tasks/changes.ts';
import { baseRole } from '../team/base-role.ts';
import type { Teams } from './matrix.ts';
import { warningsOf } from './outgoing.ts';
import type { Reporter } from './reports.ts';

interface Deps {
  readonly targets: Targets;
  readonly teams: Teams;
  readonly reporter: Reporter;
  readonly notices: Notices;
}

/** Reports on work: an explicit, signed record, never a word found in a text. */
export function createReportHandlers(
  parts: Parts,
  { targets, teams, reporter, notices }: Deps,
): HandlersOf<'report' | 'reports'> {
  const { registry, board, book } = parts;

  /** The member that a name means; an agent reports for itself, the hub and the person for anybody. */
  const memberOf = (caller: Caller, project: Project, name: string): string => {
    const wanted = name.toLowerCase().replaceAll(/[ _]/g, '-');
    const members = teams.membersOf(project.slug);
    const found = members.find((each) => each.name === wanted) ?? members.find(({ role }) => role === wanted);
    if (!found)
      throw errors.unknownAgent(
        name,
        members.map((each) => each.name),
      );
    if (caller.type === 'operator' || caller.name === notices.hubOf(project)) return found.name;
    const own = teams.partyOf(caller.name);
    if (own.type !== 'member' || (own.name !== found.name && own.role !== wanted))
      throw errors.forbidden(`report for ${name}`);
    return own.name;
  };

  const taskOf = (project: Project, id: string | undefined): Task | undefined => {
    if (id === undefined) return undefined;
    const task = board.get(id.includes('.') ? id : `${project.slug}.${id}`);
    if (task.project !== project.slug) throw errors.forbidden('report on a task of another project');
    return task;
  };

  return {
    report: ({ caller, body }) => {
      const project = registry.getProject(targets.projectOf(caller, body.project));
      const member = memberOf(caller, project, body.role);
      const task = taskOf(project, body.task);
      const { kind, text, about } = body;
      const action = actionOfReport[kind];
      const isOwn = task !== undefined && task.assignee === agentIdOf(project.slug, member);
      // Somebody else's word about a task is kept as such; it changes nothing on the board.
      if (task && action !== undefined && isOwn) applyQuietly(parts, task, action, caller.name, text);
      const { message, told } = reporter.file({
        project,
        sender: caller.name,
        member,
        kind,
        text,
        task: task?.id,
        about: about === undefined ? undefined : baseRole(about),
      });
      return { message: { ...message, warnings: warningsOf(kind, text) }, told };
    },
    reports: ({ caller, query }: Call<'reports'>) => {
      const project = targets.projectOf(caller, query.project);
      const wanted = query.role;
      const all = book.reports({ project, kind: query.kind, since: query.since, limit: query.limit });
      const reports = all.filter(
        ({ role, agent }) => wanted === undefined || role === wanted || agent.endsWith(`/${wanted}`),
      );
      return { reports: reports.map((report) => ({ ...report, subjects: [...report.subjects] })) };
    },
  };
}

/** A task that was finished in other words keeps them; the report itself says that somebody disagrees. */
function applyQuietly(parts: Parts, task: Task, action: TaskAction, by: string, text: string): void {
  try {
    changeTask(parts, { id: task.id, action, by, text });
  } catch (error) {
    if (!isOrcError(error, 'ORC_TASKS_CONTRADICTION') && !isOrcError(error, 'ORC_TASKS_FINISHED'))
      throw error;
  }
}
