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
  {
    id: 2,
    sql: `
-- What each project and each agent used in each hour since 1970, kept by the file itself: whoever asks what a
-- budget has left does not read the whole history. Answers are only ever added.
CREATE TABLE cost_hours (
  scope TEXT NOT NULL,
  hour INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  nano_dollars INTEGER NOT NULL,
  unpriced_tokens INTEGER NOT NULL,
  PRIMARY KEY (scope, hour)
) STRICT, WITHOUT ROWID;
INSERT INTO cost_hours
  SELECT scope, at / 3600000, count(*), sum(input), sum(output), sum(cache_read), sum(cache_write),
    coalesce(sum(nano_dollars), 0), sum(iif(nano_dollars IS NULL, input + output + cache_read + cache_write, 0))
  FROM (SELECT *, project AS scope FROM cost_answers
    UNION ALL SELECT *, agent AS scope FROM cost_answers WHERE agent <> project)
  GROUP BY 1, 2;
CREATE TRIGGER cost_hours_counted AFTER INSERT ON cost_answers BEGIN
  INSERT INTO cost_hours
    SELECT scope, NEW.at / 3600000, 1, NEW.input, NEW.output, NEW.cache_read, NEW.cache_write,
      coalesce(NEW.nano_dollars, 0),
      iif(NEW.nano_dollars IS NULL, NEW.input + NEW.output + NEW.cache_read + NEW.cache_write, 0)
    FROM (SELECT NEW.project AS scope UNION SELECT NEW.agent) WHERE true
    ON CONFLICT DO UPDATE SET answers = answers + 1, input = input + excluded.input,
      output = output + excluded.output, cache_read = cache_read + excluded.cache_read,
      cache_write = cache_write + excluded.cache_write, nano_dollars = nano_dollars + excluded.nano_dollars,
      unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens;
END;`,
  },
];
