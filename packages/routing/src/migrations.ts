import type { Migration } from '@orc/sqlite';

/** Append-only: a step that was released is never edited. Times are milliseconds since 1970, UTC. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE routing_dependencies (
  project TEXT NOT NULL,
  role TEXT NOT NULL,
  needs TEXT NOT NULL,
  PRIMARY KEY (project, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE routing_reports (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  agent TEXT NOT NULL,
  role TEXT NOT NULL,
  kind TEXT NOT NULL,
  subjects TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX routing_reports_by_project ON routing_reports (project, at, seq);

-- What was told once and is not told again.
CREATE TABLE routing_marks (key TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX routing_marks_by_age ON routing_marks (at);

CREATE TABLE routing_standups (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE INDEX routing_standups_by_project ON routing_standups (project, seq);

CREATE TABLE routing_standup_answers (
  standup TEXT NOT NULL REFERENCES routing_standups (id) ON DELETE CASCADE,
  agent TEXT NOT NULL,
  question TEXT NOT NULL,
  answer TEXT,
  text TEXT,
  answered_at INTEGER,
  PRIMARY KEY (standup, agent)
) STRICT, WITHOUT ROWID;`,
  },
];
