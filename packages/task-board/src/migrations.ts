import type { Migration } from '@orc/sqlite';

/** Append-only: a step that was released is never edited. Times are milliseconds since 1970, UTC. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE board_tasks (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  title TEXT NOT NULL,
  objective TEXT NOT NULL,
  criteria TEXT NOT NULL,
  role TEXT NOT NULL,
  assignee TEXT,
  after TEXT NOT NULL,
  priority INTEGER NOT NULL,
  phase TEXT,
  "order" INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  handed_out_at INTEGER,
  started_at INTEGER,
  blocked_reason TEXT,
  blocked_by TEXT,
  outcome TEXT,
  outcome_at INTEGER,
  outcome_by TEXT,
  outcome_text TEXT,
  round INTEGER NOT NULL
) STRICT;
CREATE INDEX board_tasks_by_project ON board_tasks (project, "order", priority DESC);

CREATE TABLE board_reports (
  seq INTEGER PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES board_tasks (id),
  round INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  "by" TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX board_reports_by_task ON board_reports (task_id, seq);`,
  },
];
