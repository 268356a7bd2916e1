import { errors, translateSqliteError } from './errors.ts';
import type { Database } from './open.ts';

/** One step of a library's schema. Append-only: a step that was released is never edited. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly id: number;
  readonly sql: string;
  /** True when a binary that does not know this step must not touch the data. */
  readonly breaking?: boolean;
}

/**
 * Brings one library's tables up to date, in one transaction; safe when several processes start at once.
 * Returns the ids that were applied.
 *
 * @throws ORC_SQLITE_SCHEMA_TOO_NEW when the data has a breaking step that `migrations` does not hold,
 * ORC_SQLITE_BUSY, ORC_SQLITE_FULL, ORC_SQLITE_READ_ONLY
 */
export function migrate(database: Database, library: string, migrations: readonly Migration[]): number[] {
  if (migrations.some((migration, index) => migration.id !== index + 1))
    throw new TypeError(`The migrations of "${library}" do not count from 1 without gaps.`);
  try {
    return applyPending(database, library, migrations);
  } catch (error) {
    throw translateSqliteError(database.name, error);
  }
}

function applyPending(database: Database, library: string, migrations: readonly Migration[]): number[] {
  const known = migrations.length;
  database.exec(`CREATE TABLE IF NOT EXISTS orc_migrations (
    library TEXT NOT NULL, id INTEGER NOT NULL, breaking INTEGER NOT NULL, applied_at INTEGER NOT NULL,
    PRIMARY KEY (library, id)) STRICT, WITHOUT ROWID`);
  const applied = database.prepare<[string], { id: number; breaking: number }>(
    'SELECT id, breaking FROM orc_migrations WHERE library = ? ORDER BY id',
  );
  const record = database.prepare('INSERT INTO orc_migrations VALUES (?, ?, ?, ?)');
  return database
    .transaction(() => {
      const rows = applied.all(library);
      const tooNew = rows.find((row) => row.id > known && row.breaking === 1);
      if (tooNew) throw errors.schemaTooNew(library, tooNew.id, known);
      const pending = migrations.filter((migration) => !rows.some((row) => row.id === migration.id));
      for (const migration of pending) {
        database.exec(migration.sql);
        record.run(library, migration.id, migration.breaking ? 1 : 0, Date.now());
      }
      return pending.map((migration) => migration.id);
    })
    .immediate();
}
