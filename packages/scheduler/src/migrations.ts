import type { Migration } from '@orc/sqlite';

/**
 * Append-only. A time is milliseconds since 1970, UTC, and nothing else: STRICT refuses text, and the lower
 * bound refuses seconds, which would all be due at once.
 */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
CREATE TABLE scheduler_schedules (
  id TEXT PRIMARY KEY,
  key TEXT,
  project TEXT,
  target TEXT NOT NULL CHECK (target <> ''),
  note TEXT NOT NULL CHECK (note <> ''),
  created_by TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'once' OR kind = 'interval' OR kind = 'cron'),
  every_ms INTEGER CHECK (every_ms > 0),
  delay_ms INTEGER CHECK (delay_ms >= 0),
  cron TEXT,
  zone TEXT,
  state TEXT NOT NULL CHECK (state = 'active' OR state = 'done' OR state = 'cancelled' OR state = 'failed'),
  reason TEXT,
  next_at INTEGER CHECK (next_at BETWEEN 100000000000 AND 253402300799999),
  -- What the clock said when next_at was chosen; later than now means that the clock was set back since.
  planned_at INTEGER NOT NULL CHECK (planned_at BETWEEN 100000000000 AND 253402300799999),
  retry_at INTEGER CHECK (retry_at BETWEEN 100000000000 AND 253402300799999),
  firings INTEGER NOT NULL DEFAULT 0 CHECK (firings >= 0),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  missed INTEGER NOT NULL DEFAULT 0 CHECK (missed >= 0),
  last_due_at INTEGER,
  last_fired_at INTEGER,
  last_skipped_at INTEGER,
  skip_reason TEXT,
  claimed_by TEXT,
  claimed_at INTEGER,
  claimed_until INTEGER,
  created_at INTEGER NOT NULL CHECK (created_at BETWEEN 100000000000 AND 253402300799999),
  finished_at INTEGER,
  CHECK ((kind = 'interval') = (every_ms IS NOT NULL)),
  CHECK ((kind = 'cron') = (cron IS NOT NULL)),
  CHECK ((state = 'active') = (next_at IS NOT NULL)),
  CHECK ((state = 'active') = (finished_at IS NULL)),
  CHECK ((claimed_by IS NULL) = (claimed_until IS NULL) AND (claimed_by IS NULL) = (claimed_at IS NULL))
) STRICT;
CREATE INDEX scheduler_due ON scheduler_schedules (next_at) WHERE state = 'active';
CREATE INDEX scheduler_by_target ON scheduler_schedules (target, next_at) WHERE state = 'active';
CREATE UNIQUE INDEX scheduler_by_key ON scheduler_schedules (key) WHERE state = 'active' AND key IS NOT NULL;
CREATE INDEX scheduler_finished ON scheduler_schedules (finished_at) WHERE finished_at IS NOT NULL;`,
  },
];
