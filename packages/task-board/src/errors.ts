import { OrcError } from '@orc/errors';
import type { TaskOutcome, TaskReport } from './types.ts';

interface Issue {
  readonly path: string;
  readonly message: string;
}

export const errors = {
  unknownTask: (id: string) =>
    new OrcError(
      'ORC_TASKS_UNKNOWN_TASK',
      `There is no task "${id}". "orc task list" shows the ones there are.`,
      {
        id,
      },
    ),
  invalid: (issues: readonly Issue[]) =>
    new OrcError(
      'ORC_TASKS_INVALID',
      `This is no valid task: ${issues.map(({ path, message }) => `${path || 'it'}: ${message}`).join('; ')}. Nothing was written.`,
      { issues },
    ),
  duplicateId: (id: string) =>
    new OrcError(
      'ORC_TASKS_DUPLICATE_ID',
      `Two tasks of the plan are called "${id}". Rename one; nothing was written.`,
      {
        id,
      },
    ),
  unknownDependency: (id: string, dependency: string) =>
    new OrcError(
      'ORC_TASKS_UNKNOWN_DEPENDENCY',
      `"${id}" waits for "${dependency}", which is no task of its project. Nothing was written.`,
      { id, dependency },
    ),
  cycle: (ids: readonly string[]) =>
    new OrcError(
      'ORC_TASKS_CYCLE',
      `These tasks wait for each other and none could ever begin: ${ids.join(' → ')}. Nothing was written.`,
      { ids },
    ),
  finished: (id: string, outcome: TaskOutcome) =>
    new OrcError('ORC_TASKS_FINISHED', `"${id}" is ${outcome} already. Reopen it if there is more to do.`, {
      id,
      outcome,
    }),
  notAssigned: (id: string) =>
    new OrcError(
      'ORC_TASKS_NOT_ASSIGNED',
      `"${id}" is assigned to nobody. Assign it before it is handed out.`,
      { id },
    ),
  notReady: (id: string, waitsFor: readonly string[]) =>
    new OrcError('ORC_TASKS_NOT_READY', `"${id}" cannot begin yet: ${waitsFor.join('; ')}.`, {
      id,
      waitsFor,
    }),
  agentBusy: (id: string, agentId: string, openTask: string) =>
    new OrcError(
      'ORC_TASKS_AGENT_BUSY',
      `${agentId} still has "${openTask}", so "${id}" was not handed out. An agent has one open task at a time.`,
      { id, agentId, openTask },
    ),
  handedOut: (id: string, holder: string) =>
    new OrcError(
      'ORC_TASKS_HANDED_OUT',
      `"${id}" is in the hands of ${holder}. The hub or a person can give it to somebody else with "orc task assign".`,
      { id, holder },
    ),
  contradiction: (id: string, reports: readonly TaskReport[]) =>
    new OrcError(
      'ORC_TASKS_CONTRADICTION',
      `The reports about "${id}" contradict each other: ${reports.map(({ by, outcome }) => `${by} says ${outcome}`).join(', ')}. The first one stands until somebody reopens the task; both are kept.`,
      { id, reports },
    ),
} as const;
