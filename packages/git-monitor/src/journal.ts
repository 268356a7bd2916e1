import {
  migrate,
  openDatabase,
  translatingErrors,
  type Database,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import type { Episode } from './episodes.ts';
import type { Integration } from './integration-types.ts';
import { createLaneRecords, type LaneRecords } from './lane-records.ts';
import { migrations } from './migrations.ts';
import { createTimings, type Timings } from './timings.ts';

/** What a test command said of one commit. */
export interface TestRun {
  readonly project: string;
  readonly sha: string;
  readonly command: readonly string[];
  /** `null` when it was stopped, or could not be started. */
  readonly exitCode: number | null;
  readonly startedAt: number;
  readonly durationMs: number;
  /** The end of what it printed. */
  readonly output: string;
}

/** An agent that has to take over an integration. */
export interface Sync {
  readonly project: string;
  readonly agent: string;
  /** The commit that its branch must hold. */
  readonly sha: string;
  readonly askedAt: number;
  readonly dueAt: number;
  readonly doneAt: number | null;
  readonly isOverdue: boolean;
}

/** What must be known after a restart. Every call is one transaction that is in the file when it returns. */
export interface GitJournal extends LaneRecords, Timings, Disposable {
  saveEpisode(episode: Episode): void;
  openEpisodes(project: string): Episode[];
  /** Those that ended at or after `since`, the newest first. */
  recentEpisodes(project: string, since: number): Episode[];
  saveIntegration(integration: Integration): void;
  /** The newest first. */
  listIntegrations(project: string): Integration[];
  recordTestRun(run: TestRun): void;
  /** The newest run on exactly this commit. */
  findTestRun(project: string, sha: string): TestRun | undefined;
  askSync(sync: Pick<Sync, 'project' | 'agent' | 'sha' | 'askedAt' | 'dueAt'>): void;
  openSyncs(project: string): Sync[];
  finishSync(project: string, agent: string, sha: string, at: number): void;
  /** False when that was noted before. */
  markOverdue(project: string, agent: string, sha: string): boolean;
}

/** @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY */
export function openGitJournal(options: Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'>): GitJournal {
  const database = openDatabase(options);
  try {
    migrate(database, 'git-monitor', migrations);
    const parts = {
      ...createEpisodes(database),
      ...createIntegrations(database),
      ...createSyncs(database),
      ...createLaneRecords(database),
      ...createTimings(database),
    };
    return { ...translatingErrors(options.path, parts), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

interface EpisodeRow {
  readonly project: string;
  readonly one: string;
  readonly other: string;
  readonly file: string;
  readonly kind: string;
  readonly opened_at: number;
  readonly resolved_at: number | null;
}

function createEpisodes(
  database: Database,
): Pick<GitJournal, 'saveEpisode' | 'openEpisodes' | 'recentEpisodes'> {
  const put = database.prepare('INSERT OR REPLACE INTO git_conflicts VALUES (?, ?, ?, ?, ?, ?, ?)');
  const open = database.prepare<[string], EpisodeRow>(
    'SELECT * FROM git_conflicts WHERE project = ? AND resolved_at IS NULL ORDER BY opened_at, one, other, file',
  );
  const recent = database.prepare<[string, number], EpisodeRow>(
    'SELECT * FROM git_conflicts WHERE project = ? AND resolved_at >= ? ORDER BY resolved_at DESC',
  );
  const read = (row: EpisodeRow): Episode => ({
    project: row.project,
    owners: [row.one, row.other],
    file: row.file,
    kind: row.kind,
    openedAt: row.opened_at,
    resolvedAt: row.resolved_at,
  });
  return {
    saveEpisode: ({ project, owners, file, kind, openedAt, resolvedAt }) =>
      void put.run(project, ...owners, file, kind, openedAt, resolvedAt),
    openEpisodes: (project) => open.all(project).map(read),
    recentEpisodes: (project, since) => recent.all(project, since).map(read),
  };
}

interface TestRunRow {
  readonly project: string;
  readonly sha: string;
  readonly command: string;
  readonly exit_code: number | null;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly output: string;
}

function createIntegrations(
  database: Database,
): Pick<GitJournal, 'saveIntegration' | 'listIntegrations' | 'recordTestRun' | 'findTestRun'> {
  const put = database.prepare('INSERT OR REPLACE INTO git_integrations VALUES (?, ?, ?, ?, ?)');
  const list = database.prepare<[string], { document: string }>(
    'SELECT document FROM git_integrations WHERE project = ? ORDER BY created_at DESC, rowid DESC',
  );
  const record = database.prepare(
    `INSERT INTO git_test_runs (project, sha, command, exit_code, started_at, duration_ms, output)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = database.prepare<[string, string], TestRunRow>(
    'SELECT * FROM git_test_runs WHERE project = ? AND sha = ? ORDER BY seq DESC LIMIT 1',
  );
  return {
    saveIntegration: (integration) => {
      const { id, project, state, createdAt } = integration;
      put.run(id, project, state, createdAt, JSON.stringify(integration));
    },
    listIntegrations: (project) =>
      list.all(project).map(({ document }) => JSON.parse(document) as Integration),
    recordTestRun: ({ project, sha, command, exitCode, startedAt, durationMs, output }) =>
      void record.run(project, sha, JSON.stringify(command), exitCode, startedAt, durationMs, output),
    findTestRun: (project, sha) => {
      const row = find.get(project, sha);
      if (!row) return undefined;
      return {
        project,
        sha,
        command: JSON.parse(row.command) as string[],
        exitCode: row.exit_code,
        startedAt: row.started_at,
        durationMs: row.duration_ms,
        output: row.output,
      };
    },
  };
}

interface SyncRow {
  readonly project: string;
  readonly agent: string;
  readonly sha: string;
  readonly asked_at: number;
  readonly due_at: number;
  readonly done_at: number | null;
  readonly is_overdue: number;
}

function createSyncs(
  database: Database,
): Pick<GitJournal, 'askSync' | 'openSyncs' | 'finishSync' | 'markOverdue'> {
  const ask = database.prepare(
    'INSERT INTO git_syncs (project, agent, sha, asked_at, due_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const open = database.prepare<[string], SyncRow>(
    'SELECT * FROM git_syncs WHERE project = ? AND done_at IS NULL ORDER BY due_at, agent',
  );
  const finish = database.prepare(
    'UPDATE git_syncs SET done_at = ? WHERE project = ? AND agent = ? AND sha = ? AND done_at IS NULL',
  );
  const mark = database.prepare(
    'UPDATE git_syncs SET is_overdue = 1 WHERE project = ? AND agent = ? AND sha = ? AND is_overdue = 0',
  );
  return {
    askSync: ({ project, agent, sha, askedAt, dueAt }) => void ask.run(project, agent, sha, askedAt, dueAt),
    openSyncs: (project) =>
      open.all(project).map((row) => ({
        project: row.project,
        agent: row.agent,
        sha: row.sha,
        askedAt: row.asked_at,
        dueAt: row.due_at,
        doneAt: row.done_at,
        isOverdue: row.is_overdue === 1,
      })),
    finishSync: (project, agent, sha, at) => void finish.run(at, project, agent, sha),
    markOverdue: (project, agent, sha) => mark.run(project, agent, sha).changes > 0,
  };
}
