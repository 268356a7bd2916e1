import type { Migration } from '@orc/sqlite';

/** Append-only: a step that was released is never edited. Times are milliseconds since 1970, UTC. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE pubsub_publications (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  project TEXT NOT NULL,
  topic TEXT NOT NULL,
  priority INTEGER NOT NULL,
  tags TEXT NOT NULL,
  body TEXT NOT NULL,
  publisher TEXT NOT NULL,
  session TEXT,
  recipients TEXT NOT NULL,
  sent_at INTEGER
) STRICT;
CREATE INDEX pubsub_publications_by_project ON pubsub_publications (project, seq);
CREATE INDEX pubsub_publications_unsent ON pubsub_publications (seq) WHERE sent_at IS NULL;

CREATE TABLE pubsub_acknowledgements (
  seq INTEGER PRIMARY KEY,
  publication TEXT NOT NULL REFERENCES pubsub_publications (id) ON DELETE CASCADE,
  actor TEXT NOT NULL,
  session TEXT,
  body TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX pubsub_acknowledgements_by_publication ON pubsub_acknowledgements (publication, seq);

CREATE TABLE pubsub_subscriptions (
  project TEXT NOT NULL,
  topic TEXT NOT NULL,
  subscriber TEXT NOT NULL,
  is_wanted INTEGER NOT NULL,
  PRIMARY KEY (project, topic, subscriber)
) STRICT, WITHOUT ROWID;`,
  },
  {
    id: 2,
    sql: `
CREATE TABLE pubsub_event_subscriptions (
  project TEXT NOT NULL,
  subscriber TEXT NOT NULL,
  filter TEXT NOT NULL,
  PRIMARY KEY (project, subscriber, filter)
) STRICT, WITHOUT ROWID;`,
  },
];
