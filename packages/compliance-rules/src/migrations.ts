import type { Migration } from '@orc/sqlite';

/** Append-only: a step that was released is never edited. Times are milliseconds since 1970, UTC. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE rules_violations (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL,
  project TEXT NOT NULL,
  agent TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  why TEXT NOT NULL,
  because TEXT NOT NULL,
  remedy TEXT NOT NULL,
  is_hint INTEGER NOT NULL,
  fact TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  gone_since INTEGER,
  escalated_at INTEGER,
  resolved_at INTEGER,
  resolved_by TEXT,
  resolution TEXT,
  news TEXT
) STRICT;
CREATE INDEX rules_violations_by_who ON rules_violations (project, agent, rule, seq);
CREATE INDEX rules_violations_open ON rules_violations (state, seq);
CREATE INDEX rules_violations_news ON rules_violations (seq) WHERE news IS NOT NULL;

CREATE TABLE rules_cursors (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  },
];
