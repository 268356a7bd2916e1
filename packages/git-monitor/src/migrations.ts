import type { Migration } from '@orc/sqlite';

/** Append-only: a step that was released is never edited. Times are milliseconds since 1970, UTC. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE git_conflicts (
  project TEXT NOT NULL,
  one TEXT NOT NULL,
  other TEXT NOT NULL,
  file TEXT NOT NULL,
  kind TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  resolved_at INTEGER,
  PRIMARY KEY (project, one, other, file, opened_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX git_conflicts_by_end ON git_conflicts (project, resolved_at);

CREATE TABLE git_integrations (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX git_integrations_by_project ON git_integrations (project, created_at);

CREATE TABLE git_test_runs (
  seq INTEGER PRIMARY KEY,
  project TEXT NOT NULL,
  sha TEXT NOT NULL,
  command TEXT NOT NULL,
  exit_code INTEGER,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  output TEXT NOT NULL
) STRICT;
CREATE INDEX git_test_runs_by_commit ON git_test_runs (project, sha);

CREATE TABLE git_syncs (
  project TEXT NOT NULL,
  agent TEXT NOT NULL,
  sha TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  done_at INTEGER,
  is_overdue INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (project, agent, sha)
) STRICT, WITHOUT ROWID;

CREATE TABLE git_lane_syncs (
  seq INTEGER PRIMARY KEY,
  project TEXT NOT NULL,
  source TEXT NOT NULL,
  receiver TEXT NOT NULL,
  sha TEXT NOT NULL,
  subject TEXT NOT NULL,
  committed_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  settled_at INTEGER,
  UNIQUE (project, source, receiver, sha)
) STRICT;
CREATE INDEX git_lane_syncs_by_outcome ON git_lane_syncs (project, outcome);

CREATE TABLE git_timings (
  seq INTEGER PRIMARY KEY,
  project TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (project, kind, subject)
) STRICT;

CREATE TABLE git_lane_switches (project TEXT PRIMARY KEY, is_on INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  },
];
