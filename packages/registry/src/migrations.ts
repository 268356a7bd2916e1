import type { Migration } from '@orc/sqlite';

/** Append-only: a step that was released is never edited. Times are milliseconds since 1970, UTC. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE registry_projects (
  slug TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL UNIQUE,
  parent_branch TEXT NOT NULL,
  spec_path TEXT,
  spec_text TEXT,
  team_type TEXT NOT NULL,
  plan TEXT NOT NULL,
  size TEXT NOT NULL,
  runtime TEXT NOT NULL,
  tmux_session TEXT NOT NULL,
  status TEXT NOT NULL,
  hub TEXT NOT NULL,
  plan_document TEXT NOT NULL,
  completion TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE registry_steps (
  slug TEXT NOT NULL REFERENCES registry_projects (slug) ON DELETE CASCADE,
  step TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (slug, step)
) STRICT;

CREATE TABLE registry_agents (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL REFERENCES registry_projects (slug),
  role TEXT NOT NULL,
  title TEXT NOT NULL,
  window_name TEXT NOT NULL,
  branch TEXT,
  worktree_path TEXT,
  runtime TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  desired TEXT NOT NULL,
  pane_id TEXT,
  tmux_server TEXT NOT NULL,
  pid INTEGER,
  pid_started_at TEXT,
  session_id TEXT,
  transcript_path TEXT,
  launched_at INTEGER,
  launch_count INTEGER NOT NULL,
  is_temporary INTEGER NOT NULL,
  purpose TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX registry_agents_by_project ON registry_agents (project);
CREATE UNIQUE INDEX registry_agents_by_token ON registry_agents (token_hash) WHERE desired <> 'ended';

CREATE TABLE registry_facts (
  agent_id TEXT NOT NULL REFERENCES registry_agents (id),
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  value TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (agent_id, kind, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE registry_fact_history (
  seq INTEGER PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES registry_agents (id),
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  value TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX registry_fact_history_by_agent ON registry_fact_history (agent_id, at, seq);

CREATE TABLE registry_sessions (
  seq INTEGER PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES registry_agents (id),
  session_id TEXT NOT NULL,
  transcript_path TEXT,
  started_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  UNIQUE (agent_id, started_at, session_id)
) STRICT;

CREATE TABLE registry_restarts (
  agent_id TEXT NOT NULL REFERENCES registry_agents (id),
  at INTEGER NOT NULL,
  cause TEXT NOT NULL,
  outcome TEXT,
  PRIMARY KEY (agent_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE registry_contexts (
  seq INTEGER PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES registry_agents (id),
  kind TEXT NOT NULL,
  briefing TEXT NOT NULL,
  activity_summary TEXT,
  checkpoint TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX registry_contexts_by_agent ON registry_contexts (agent_id, at, seq);

CREATE TABLE registry_values (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  },
  {
    id: 2,
    sql: `
CREATE TABLE registry_channels (
  runtime TEXT NOT NULL,
  version TEXT NOT NULL,
  channel TEXT NOT NULL,
  proofs INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failures_in_row INTEGER NOT NULL,
  proved_at INTEGER,
  failed_at INTEGER,
  failure TEXT,
  PRIMARY KEY (runtime, version, channel)
) STRICT, WITHOUT ROWID;`,
  },
];
