import { isAgentId, parseAgentId } from '@orc/contracts';
import type { Task } from '@orc/task-board';
import type { Caller } from '../http/auth.ts';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import type { Reporter } from '../routing/reports.ts';
import { actionOfReport, type TaskAction } from './changes.ts';

interface Deps {
  readonly reporter: Reporter;
  readonly notices: Notices;
}

export interface TaskTelling {
  /** No completion is silent, and no word is lost because somebody else has said otherwise before. */
  report(task: Task, caller: Caller, kind: string, text: string): void;
  /** Whether its end was made known: a call that died before it told is made again, and tells then. */
  isReported(task: Task, action: TaskAction): boolean;
  /** Tells whoever had a task that it was given to somebody else. */
  tellFormerHolder(task: Task, holder: string): void;
}

const REPORTS_MAX = 1_000;

/** Who hears of what happens to a task. */
export function createTaskTelling(
  { board, book, registry }: Pick<Parts, 'board' | 'book' | 'registry'>,
  { reporter, notices }: Deps,
): TaskTelling {
  /** When whoever ended it said so first; other words for the same outcome are no other news. */
  const endedAt = ({ id, round, outcome, outcomeBy }: Task): number => {
    const words = board.reports(id).filter((word) => word.round === round && word.by === outcomeBy);
    return words[words.findLastIndex((word) => word.outcome !== outcome) + 1]?.at ?? 0;
  };
  return {
    report(task, caller, kind, text) {
      const worker = (caller.type === 'agent' ? caller.name : task.assignee) ?? task.role;
      reporter.file({
        project: registry.getProject(task.project),
        sender: senderOf(caller),
        // The person takes tasks too, and has no role but their name.
        member: isAgentId(worker) ? parseAgentId(worker).role : worker,
        kind,
        text: `${task.id} ${task.title}: ${text}`,
        task: task.id,
      });
    },
    isReported: (task, action) =>
      book
        .reports({ project: task.project, since: endedAt(task), limit: REPORTS_MAX })
        .some(
          ({ kind, subjects }) => actionOfReport[kind] === action && subjects.includes(`task:${task.id}`),
        ),
    tellFormerHolder({ id, title, assignee, project }, holder) {
      const agent = registry.findAgent(holder);
      if (agent && agent.desired !== 'running') return;
      const text = `${id} (${title}) is no longer yours; ${assignee ?? 'nobody'} has it now. Commit what you have of it, and begin nothing more of it.`;
      notices.tell({ recipient: holder, severity: 'warning', text, project });
    },
  };
}

/** The person may close a task for an agent; the hub is then told by the system and not by "user". */
function senderOf(caller: Caller): string {
  return caller.type === 'agent' ? caller.name : SYSTEM;
}
