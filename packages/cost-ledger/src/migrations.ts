import type { Migration } from '@orc/sqlite';

/** Append-only: a step that was released is never edited. Times are milliseconds since 1970, UTC. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE cost_answers (
  request_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  project TEXT NOT NULL,
  agent TEXT NOT NULL,
  role TEXT NOT NULL,
  task TEXT,
  model TEXT NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  nano_dollars INTEGER,
  prices TEXT NOT NULL,
  PRIMARY KEY (request_id, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX cost_answers_by_project ON cost_answers (project, at);
CREATE INDEX cost_answers_by_agent ON cost_answers (agent, at);

CREATE TABLE cost_budgets (
  scope TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  soft INTEGER,
  hard INTEGER,
  since INTEGER NOT NULL,
  set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;`,
  },
];
