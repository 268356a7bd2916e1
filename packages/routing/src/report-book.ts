import {
  migrate,
  openDatabase,
  translateSqliteError,
  translatingErrors,
  type Database,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import type { SignedReport } from './contradictions.ts';
import { refuseCycle, type RoleDependencies } from './dependencies.ts';
import { errors } from './errors.ts';
import { migrations } from './migrations.ts';
import { createStandups, type Standups } from './standup-store.ts';

export interface ReportFilter {
  readonly project: string;
  readonly kind?: string | undefined;
  readonly agent?: string | undefined;
  /** Only reports from then on, in ms since 1970. */
  readonly since?: number | undefined;
  /** Default 100, at most 10 000. */
  readonly limit?: number | undefined;
}

/** What a team has reported, and what has followed from it. Outlives every process. */
export interface ReportBook extends Standups, Disposable {
  /** Keeps a report. The same id again changes nothing and returns false. @throws ORC_ROUTING_BAD_REPORT */
  sign(project: string, report: SignedReport): boolean;
  /** The newest first. */
  reports(filter: ReportFilter): SignedReport[];
  /** What was set for roles of a project; roles without an entry have their defaults. */
  ownDependencies(project: string): RoleDependencies;
  /**
   * Sets what a role waits for; an empty list means nothing. `defaults` are those of the other roles.
   *
   * @throws ORC_ROUTING_SELF_DEPENDENCY, ORC_ROUTING_DEPENDENCY_CYCLE
   */
  setNeeds(project: string, role: string, needs: readonly string[], defaults: RoleDependencies): void;
  /** True the first time a key is given, false ever after. */
  once(key: string, at: number): boolean;
  /** When a key was given first. */
  markedAt(key: string): number | undefined;
  /** Forgets marks, reports and standups that are older. Returns how many rows. */
  prune(before: number): number;
}

interface ReportRow extends Omit<SignedReport, 'subjects'> {
  readonly subjects: string;
}

const LISTED = 100;
const LISTED_MAX = 10_000;

/**
 * Opens the book in a database file that it may share with others.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY
 */
export function openReportBook(options: Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'>): ReportBook {
  const database = openDatabase(options);
  try {
    migrate(database, 'routing', migrations);
    const parts = {
      ...createReports(database),
      ...createDependencies(database),
      ...createMarks(database),
      ...createStandups(database),
    };
    return { ...translatingErrors(options.path, parts), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw translateSqliteError(options.path, error);
  }
}

function createReports(database: Database): Pick<ReportBook, 'sign' | 'reports'> {
  const insert = database.prepare(
    `INSERT INTO routing_reports (id, project, agent, role, kind, subjects, text, at)
     VALUES (@id, @project, @agent, @role, @kind, @subjects, @text, @at) ON CONFLICT (id) DO NOTHING`,
  );
  return {
    sign(project, report) {
      if (report.text.trim() === '') throw errors.badReport('it says nothing');
      return insert.run({ ...report, project, subjects: JSON.stringify(report.subjects) }).changes > 0;
    },
    reports({ project, kind, agent, since, limit = LISTED }) {
      const terms = ['project = @project'];
      if (kind !== undefined) terms.push('kind = @kind');
      if (agent !== undefined) terms.push('agent = @agent');
      if (since !== undefined) terms.push('at >= @since');
      const sql = `SELECT id, agent, role, kind, subjects, text, at FROM routing_reports
                   WHERE ${terms.join(' AND ')} ORDER BY at DESC, seq DESC LIMIT @limit`;
      const values = { project, kind, agent, since, limit: Math.min(Math.max(1, limit), LISTED_MAX) };
      return database
        .prepare<[object], ReportRow>(sql)
        .all(values)
        .map((row) => ({ ...row, subjects: JSON.parse(row.subjects) as string[] }));
    },
  };
}

function createDependencies(database: Database): Pick<ReportBook, 'ownDependencies' | 'setNeeds'> {
  const list = database.prepare<[string], { role: string; needs: string }>(
    'SELECT role, needs FROM routing_dependencies WHERE project = ? ORDER BY role',
  );
  const put = database.prepare(
    `INSERT INTO routing_dependencies (project, role, needs) VALUES (?, ?, ?)
     ON CONFLICT (project, role) DO UPDATE SET needs = excluded.needs`,
  );
  const read = (project: string): RoleDependencies =>
    Object.fromEntries(list.all(project).map(({ role, needs }) => [role, JSON.parse(needs) as string[]]));
  return {
    ownDependencies: read,
    setNeeds(project, role, needs, defaults) {
      const unique = [...new Set(needs)];
      database
        .transaction(() => {
          refuseCycle({ ...defaults, ...read(project) }, role, unique);
          put.run(project, role, JSON.stringify(unique));
        })
        .immediate();
    },
  };
}

function createMarks(database: Database): Pick<ReportBook, 'once' | 'markedAt' | 'prune'> {
  const mark = database.prepare('INSERT INTO routing_marks (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const find = database.prepare<[string], { at: number }>('SELECT at FROM routing_marks WHERE key = ?');
  const removals = [
    'DELETE FROM routing_marks WHERE at < ?',
    'DELETE FROM routing_reports WHERE at < ?',
    'DELETE FROM routing_standups WHERE closed_at < ?',
  ].map((sql) => database.prepare<[number]>(sql));
  return {
    once: (key, at) => mark.run(key, at).changes > 0,
    markedAt: (key) => find.get(key)?.at,
    prune: (before) => removals.reduce((sum, removal) => sum + removal.run(before).changes, 0),
  };
}
