import {
  migrate,
  openDatabase,
  translateSqliteError,
  translatingErrors,
  type Database,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import { errors } from './errors.ts';
import { createHandout, type Handout } from './handout.ts';
import { migrations } from './migrations.ts';
import { readPlan, refuseEndlessPlan } from './plan.ts';
import { createReporting, type Reporting } from './reporting.ts';
import { deriveTasks, reasonsOf, type KnownOutcomes } from './states.ts';
import { createStore, type TaskStore } from './store.ts';
import type { Clock, Task, TaskInput, TaskRecord, TaskState, WaitingReason } from './types.ts';

export interface TaskFilter {
  readonly project?: string;
  readonly state?: TaskState;
  readonly assignee?: string;
  readonly role?: string;
}

/**
 * The tasks of every project: what they are, what they wait for, who has them, how they ended. How long a
 * task took is not here; the message that hands it out knows.
 */
export interface TaskBoard extends Handout, Reporting, Disposable {
  /**
   * Adds the tasks of a plan, all or none, and returns the ones that were new. A task that is there already
   * stays as it is, so the same plan may come twice.
   *
   * @throws ORC_TASKS_INVALID, ORC_TASKS_DUPLICATE_ID, ORC_TASKS_UNKNOWN_DEPENDENCY, ORC_TASKS_CYCLE
   */
  addTasks(project: string, tasks: readonly TaskInput[]): Task[];
  /** By task id or message id. @throws ORC_TASKS_UNKNOWN_TASK */
  get(id: string): Task;
  find(id: string): Task | undefined;
  /** By plan order, then priority (larger first), then age. */
  list(filter?: TaskFilter): Task[];
  /** How many tasks of a project are in each state. */
  counts(project: string): Record<TaskState, number>;
  /**
   * What a task really waits for, through all that waits in between; empty when it waits for nothing.
   *
   * @throws ORC_TASKS_UNKNOWN_TASK
   */
  whyWaiting(id: string): WaitingReason[];
}

export type TaskBoardOptions = Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'>;

/** What the parts of the board share. */
export interface BoardContext {
  readonly store: TaskStore;
  readonly clock: Clock;
  /** Runs in one transaction that no other process can come between. */
  readonly write: <Result>(action: () => Result) => Result;
  /** @throws ORC_TASKS_UNKNOWN_TASK */
  readonly record: (id: string) => TaskRecord;
  /** The record's task, in the light of all others of its project. */
  readonly derive: (record: TaskRecord) => Task;
  readonly tasksOf: (project: string, known?: KnownOutcomes) => Map<string, Task>;
}

/**
 * Opens the board in a database file that it may share with others.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY
 */
export function openTaskBoard(
  options: TaskBoardOptions,
  { clock = { now: Date.now } }: { readonly clock?: Clock } = {},
): TaskBoard {
  const database = openDatabase(options);
  try {
    migrate(database, 'task-board', migrations);
    const context = createContext(database, clock);
    const parts = { ...createReading(context), ...createHandout(context), ...createReporting(context) };
    return { ...translatingErrors(options.path, parts), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw translateSqliteError(options.path, error);
  }
}

function createContext(database: Database, clock: Clock): BoardContext {
  const store = createStore(database);
  const tasksOf = (project: string, known?: KnownOutcomes) => deriveTasks(store.list(project), known);
  return {
    store,
    clock,
    write: (action) => database.transaction(action).immediate(),
    record(id) {
      const record = store.find(id) ?? store.find(withoutRound(id));
      if (!record) throw errors.unknownTask(id);
      return record;
    },
    derive: ({ id, project }) => tasksOf(project).get(id) as Task,
    tasksOf,
  };
}

/** `shop.t1.2` → `shop.t1`: names of tasks have no dot. */
function withoutRound(id: string): string {
  return id.replace(/\.\d+$/, '');
}

function createReading(
  context: BoardContext,
): Pick<TaskBoard, 'addTasks' | 'get' | 'find' | 'list' | 'counts' | 'whyWaiting'> {
  const { store, clock, tasksOf } = context;
  const get = (id: string) => context.derive(context.record(id));
  return {
    addTasks: (project, inputs) =>
      context.write(() => {
        const known = new Map(store.list(project).map((task) => [task.id, task]));
        const firstOrder = 1 + [...known.values()].reduce((last, { order }) => Math.max(last, order), -1);
        const plan = readPlan(project, inputs, { firstOrder, createdAt: clock.now() });
        const added = plan.filter(({ id }) => !known.has(id));
        refuseEndlessPlan(added, known);
        for (const task of added) store.insert(task);
        const tasks = tasksOf(project);
        return added.map(({ id }) => tasks.get(id) as Task);
      }),
    get,
    find(id) {
      const record = store.find(id) ?? store.find(withoutRound(id));
      return record && context.derive(record);
    },
    list({ project, state, assignee, role } = {}) {
      const tasks = [...deriveTasks(store.list(project)).values()];
      return tasks.filter(
        (task) =>
          (state === undefined || task.state === state) &&
          (assignee === undefined || task.assignee === assignee) &&
          (role === undefined || task.role === role),
      );
    },
    counts(project) {
      const counts = {
        waiting: 0,
        ready: 0,
        assigned: 0,
        started: 0,
        blocked: 0,
        done: 0,
        failed: 0,
        cancelled: 0,
      };
      for (const { state } of tasksOf(project).values()) counts[state] += 1;
      return counts;
    },
    whyWaiting(id) {
      const task = get(id);
      return task.state === 'waiting' ? reasonsOf(task, tasksOf(task.project)) : [];
    },
  };
}
