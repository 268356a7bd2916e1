import type { Migration } from '@orc/sqlite';

/** Append-only. Every table is STRICT: a date written as text is an error at once, not a row nobody finds. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    sql: `
      -- Checks are chains of OR: for IN, SQLite builds a table anew with every statement. A long body
      -- stands apart, so that a change of state never rewrites it; a short one costs less where it is.
      CREATE TABLE queue_messages (
        seq             INTEGER PRIMARY KEY,
        id              TEXT    NOT NULL UNIQUE,
        sender          TEXT    NOT NULL,
        recipient       TEXT    NOT NULL CHECK (recipient <> sender),
        kind            TEXT    NOT NULL,
        priority        INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 999),
        body            TEXT,
        tags            TEXT    NOT NULL,
        after_ids       TEXT    NOT NULL,
        topic           TEXT,
        in_reply_to     TEXT,
        expect_reply_ms INTEGER CHECK (expect_reply_ms > 0),
        reply_by        INTEGER,
        replied_at      INTEGER,
        created_at      INTEGER NOT NULL CHECK (created_at >= 0),
        state           TEXT    NOT NULL CHECK (state = 'queued' OR state = 'leased' OR state = 'injected'
                                               OR state = 'seen' OR state = 'done' OR state = 'failed' OR state = 'dead'),
        blockers        INTEGER NOT NULL DEFAULT 0 CHECK (blockers >= 0),
        attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        reason          TEXT,
        worker          TEXT,
        channel         TEXT,
        step            TEXT    CHECK (step = 'printed' OR step = 'received' OR step = 'accepted' OR step = 'sent'
                                               OR step = 'answered'),
        result          TEXT,
        leased_at       INTEGER,
        -- When the lease (leased) or the wait for evidence (injected) ends; nothing else has an end.
        due_at          INTEGER,
        injected_at     INTEGER,
        seen_at         INTEGER,
        started_at      INTEGER,
        finished_at     INTEGER,
        duration_ms     INTEGER CHECK (duration_ms >= 0),
        -- The last time a session ended with this message on its way: older evidence of it is void.
        session_lost_at INTEGER,
        -- The last retry: whatever was seen of the message before belongs to an earlier life.
        retried_at      INTEGER,
        last_transition INTEGER,
        death           TEXT    CHECK (death = 'attempts' OR death = 'dependency' OR death = 'cancel'),
        -- The recipient while the message is undelivered: the only part of the table that a lease looks at.
        inbox           TEXT    AS (CASE state WHEN 'queued' THEN recipient WHEN 'leased' THEN recipient
                                               WHEN 'injected' THEN recipient END) VIRTUAL,
        CHECK ((state = 'dead') = (death IS NOT NULL)),
        CHECK ((state = 'leased') = (worker IS NOT NULL)),
        CHECK (state <> 'leased' OR due_at IS NOT NULL),
        CHECK (due_at IS NULL OR state = 'leased' OR state = 'injected'),
        CHECK (state <> 'seen' OR seen_at IS NOT NULL),
        CHECK ((state = 'done' OR state = 'failed' OR state = 'dead') = (finished_at IS NOT NULL))
      ) STRICT;

      CREATE INDEX queue_inbox ON queue_messages (inbox, state, blockers, priority DESC, seq) WHERE inbox IS NOT NULL;
      CREATE INDEX queue_durations ON queue_messages (duration_ms DESC) WHERE duration_ms IS NOT NULL;

      CREATE TABLE queue_long_bodies (
        seq  INTEGER PRIMARY KEY REFERENCES queue_messages (seq) ON DELETE CASCADE,
        body TEXT NOT NULL
      ) STRICT;

      -- One row per dependency that is not fulfilled; a failed one stays, so that a retry finds its dependents.
      CREATE TABLE queue_dependencies (
        depends_on  INTEGER NOT NULL REFERENCES queue_messages (seq) ON DELETE CASCADE,
        message_seq INTEGER NOT NULL REFERENCES queue_messages (seq) ON DELETE CASCADE,
        PRIMARY KEY (depends_on, message_seq)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX queue_dependencies_of_message ON queue_dependencies (message_seq);

      CREATE TABLE queue_parked (
        recipient    TEXT PRIMARY KEY,
        reason       TEXT    NOT NULL,
        parked_at    INTEGER NOT NULL,
        parked_until INTEGER
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE queue_obligations (
        message_seq  INTEGER PRIMARY KEY REFERENCES queue_messages (seq) ON DELETE CASCADE,
        debtor       TEXT    NOT NULL,
        creditor     TEXT    NOT NULL,
        -- The next time it is reported; null once it is closed or was escalated.
        next_at      INTEGER,
        nudged_at    INTEGER,
        escalated_at INTEGER,
        closed_at    INTEGER,
        closed_by    TEXT CHECK (closed_by = 'reply' OR closed_by = 'outcome' OR closed_by = 'death'),
        CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
        CHECK (closed_at IS NULL OR next_at IS NULL)
      ) STRICT;
      CREATE INDEX queue_obligations_next ON queue_obligations (next_at) WHERE next_at IS NOT NULL;
      CREATE INDEX queue_obligations_open ON queue_obligations (debtor) WHERE closed_at IS NULL;

      CREATE TABLE queue_transitions (
        seq         INTEGER PRIMARY KEY,
        at          INTEGER NOT NULL,
        message_seq INTEGER NOT NULL,
        -- The transition of the same message before this one; the message knows the last. Following the chain spares
        -- an index, and with it one page of every commit.
        previous    INTEGER,
        action      TEXT    NOT NULL,
        from_state  TEXT,
        to_state    TEXT    NOT NULL,
        step        TEXT,
        channel     TEXT,
        actor       TEXT,
        reason      TEXT,
        evidence    TEXT
      ) STRICT;
    `,
  },
  {
    id: 2,
    sql: `
      -- What somebody has to be told: written with the change itself, removed once they were.
      CREATE TABLE queue_untold (
        seq         INTEGER PRIMARY KEY AUTOINCREMENT,
        at          INTEGER NOT NULL,
        message_seq INTEGER NOT NULL REFERENCES queue_messages (seq) ON DELETE CASCADE,
        what        TEXT    NOT NULL CHECK (what = 'dead' OR what = 'nudged' OR what = 'escalated'),
        actor       TEXT
      ) STRICT;
    `,
  },
  {
    id: 3,
    sql: `
      -- How many settled messages each recipient has, kept by the file itself: whoever asks does not read them all.
      -- What is undelivered is not here; it is little, and has an index of its own.
      CREATE TABLE queue_settled (
        recipient  TEXT    NOT NULL,
        state      TEXT    NOT NULL,
        n          INTEGER NOT NULL CHECK (n >= 0),
        -- The longest way from being sent to being seen, of all there ever were.
        slowest_ms INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (recipient, state)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO queue_settled (recipient, state, n, slowest_ms)
        SELECT recipient, state, count(*), coalesce(max(max(0, seen_at - created_at)), 0) FROM queue_messages
        WHERE inbox IS NULL GROUP BY recipient, state;
      CREATE TRIGGER queue_settled_inserted AFTER INSERT ON queue_messages WHEN NEW.inbox IS NULL BEGIN
        INSERT INTO queue_settled (recipient, state, n, slowest_ms)
          VALUES (NEW.recipient, NEW.state, 1, coalesce(max(0, NEW.seen_at - NEW.created_at), 0))
          ON CONFLICT DO UPDATE SET n = n + 1, slowest_ms = max(slowest_ms, excluded.slowest_ms);
      END;
      CREATE TRIGGER queue_settled_deleted AFTER DELETE ON queue_messages WHEN OLD.inbox IS NULL BEGIN
        UPDATE queue_settled SET n = n - 1 WHERE recipient = OLD.recipient AND state = OLD.state;
      END;
      CREATE TRIGGER queue_settled_left AFTER UPDATE OF state ON queue_messages
        WHEN OLD.inbox IS NULL AND OLD.state <> NEW.state BEGIN
        UPDATE queue_settled SET n = n - 1 WHERE recipient = OLD.recipient AND state = OLD.state;
      END;
      CREATE TRIGGER queue_settled_entered AFTER UPDATE OF state ON queue_messages
        WHEN NEW.inbox IS NULL AND OLD.state <> NEW.state BEGIN
        INSERT INTO queue_settled (recipient, state, n, slowest_ms)
          VALUES (NEW.recipient, NEW.state, 1, coalesce(max(0, NEW.seen_at - NEW.created_at), 0))
          ON CONFLICT DO UPDATE SET n = n + 1, slowest_ms = max(slowest_ms, excluded.slowest_ms);
      END;
    `,
  },
];
