import type { Database } from './open.ts';

/** What SQLite finds wrong with the file, in its words; empty when nothing is. Reads the whole file. */
export function findIntegrityProblems(database: Database): string[] {
  const rows = database.pragma('integrity_check') as { integrity_check: string }[];
  const broken = database.pragma('foreign_key_check') as { table: string; rowid: number }[];
  return [
    ...rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...broken.map((row) => `row ${row.rowid} of ${row.table} points at nothing`),
  ];
}
