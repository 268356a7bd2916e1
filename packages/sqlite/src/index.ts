export { backupDatabase } from './backup.ts';
export { errors, isDatabaseError, translateSqliteError, translating, translatingErrors } from './errors.ts';
export { findIntegrityProblems } from './integrity.ts';
export { holdLock, type HeldLock } from './lock.ts';
export { migrate, type Migration } from './migrate.ts';
export { openDatabase, type Database, type OpenDatabaseOptions } from './open.ts';
