import type { Database } from '@orc/sqlite';
import type { TaskRecord, TaskReport } from './types.ts';

type Cell = string | number | null;

/** The rows of the board. Nothing here knows what a state is. */
export interface TaskStore {
  find(id: string): TaskRecord | undefined;
  /** The tasks of a project, or all, by plan order, then priority, then age. */
  list(project?: string): TaskRecord[];
  insert(task: TaskRecord): void;
  /** Writes what changes in the life of a task; its definition stays as it is. */
  update(task: TaskRecord): void;
  addReport(report: TaskReport): void;
  /** The oldest first. */
  reports(taskId: string): TaskReport[];
}

const columns = {
  id: 'id',
  project: 'project',
  title: 'title',
  objective: 'objective',
  criteria: 'criteria',
  role: 'role',
  assignee: 'assignee',
  after: 'after',
  priority: 'priority',
  phase: 'phase',
  order: '"order"',
  createdAt: 'created_at',
  handedOutAt: 'handed_out_at',
  startedAt: 'started_at',
  blockedReason: 'blocked_reason',
  blockedBy: 'blocked_by',
  outcome: 'outcome',
  outcomeAt: 'outcome_at',
  outcomeBy: 'outcome_by',
  outcomeText: 'outcome_text',
  round: 'round',
} as const satisfies Record<keyof TaskRecord, string>;

const changing = [
  'assignee',
  'handedOutAt',
  'startedAt',
  'blockedReason',
  'blockedBy',
  'outcome',
  'outcomeAt',
  'outcomeBy',
  'outcomeText',
  'round',
] as const satisfies (keyof TaskRecord)[];

type Row = { [Key in keyof TaskRecord]: TaskRecord[Key] extends Cell ? TaskRecord[Key] : string };

export function createStore(database: Database): TaskStore {
  const keys = Object.keys(columns) as (keyof TaskRecord)[];
  const selection = `SELECT ${keys.map((key) => `${columns[key]} AS "${key}"`).join(', ')} FROM board_tasks`;
  const inOrder = 'ORDER BY project, "order", priority DESC, rowid';
  const find = database.prepare<[string], Row>(`${selection} WHERE id = ?`);
  const all = database.prepare<[], Row>(`${selection} ${inOrder}`);
  const ofProject = database.prepare<[string], Row>(`${selection} WHERE project = ? ${inOrder}`);
  const insert = database.prepare<[Row]>(
    `INSERT INTO board_tasks (${keys.map((key) => columns[key]).join(', ')}) VALUES (${keys.map((key) => `@${key}`).join(', ')})`,
  );
  const update = database.prepare<[Row]>(
    `UPDATE board_tasks SET ${changing.map((key) => `${columns[key]} = @${key}`).join(', ')} WHERE id = @id`,
  );
  const addReport = database.prepare<[TaskReport]>(
    'INSERT INTO board_reports (task_id, round, outcome, "by", text, at) VALUES (@taskId, @round, @outcome, @by, @text, @at)',
  );
  const reports = database.prepare<[string], TaskReport>(
    'SELECT task_id AS taskId, round, outcome, "by", text, at FROM board_reports WHERE task_id = ? ORDER BY seq',
  );
  return {
    find(id) {
      const row = find.get(id);
      return row && fromRow(row);
    },
    list: (project) => (project === undefined ? all.all() : ofProject.all(project)).map(fromRow),
    insert: (task) => void insert.run(toRow(task)),
    update: (task) => void update.run(toRow(task)),
    addReport: (report) => void addReport.run(report),
    reports: (taskId) => reports.all(taskId),
  };
}

function toRow(task: TaskRecord): Row {
  return { ...task, criteria: JSON.stringify(task.criteria), after: JSON.stringify(task.after) };
}

function fromRow(row: Row): TaskRecord {
  return { ...row, criteria: JSON.parse(row.criteria) as string[], after: JSON.parse(row.after) as string[] };
}
