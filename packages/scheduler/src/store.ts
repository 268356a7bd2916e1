import type { Database } from '@orc/sqlite';
import type { Schedule, ScheduleFilter, ScheduleKind, ScheduleState } from './types.ts';

interface Row {
  readonly id: string;
  readonly key: string | null;
  readonly project: string | null;
  readonly target: string;
  readonly note: string;
  readonly created_by: string;
  readonly kind: ScheduleKind;
  readonly every_ms: number | null;
  readonly delay_ms: number | null;
  readonly cron: string | null;
  readonly zone: string | null;
  readonly state: ScheduleState;
  readonly reason: string | null;
  readonly next_at: number | null;
  readonly firings: number;
  readonly attempts: number;
  readonly missed: number;
  readonly last_due_at: number | null;
  readonly last_fired_at: number | null;
  readonly last_skipped_at: number | null;
  readonly skip_reason: string | null;
  readonly created_at: number;
  readonly finished_at: number | null;
}

/** What may change in a schedule. A claim always ends with the change. */
export interface Change {
  readonly state?: ScheduleState;
  readonly reason?: string;
  readonly nextAt?: number | null;
  readonly retryAt?: number | null;
  readonly firings?: number;
  readonly attempts?: number;
  readonly missed?: number;
  readonly lastDueAt?: number;
  readonly lastFiredAt?: number;
  readonly lastSkippedAt?: number;
  readonly skipReason?: string | null;
}

const COLUMNS: Readonly<Record<keyof Change, string>> = {
  state: 'state',
  reason: 'reason',
  nextAt: 'next_at',
  retryAt: 'retry_at',
  firings: 'firings',
  attempts: 'attempts',
  missed: 'missed',
  lastDueAt: 'last_due_at',
  lastFiredAt: 'last_fired_at',
  lastSkippedAt: 'last_skipped_at',
  skipReason: 'skip_reason',
};

/** The statements; every one of them alone is a transaction unless `write` holds one around several. */
export function createStore(database: Database) {
  const byId = database.prepare<[string], Row>('SELECT * FROM scheduler_schedules WHERE id = ?');
  const byKey = database.prepare<[string], Row>(
    "SELECT * FROM scheduler_schedules WHERE key = ? AND state = 'active'",
  );
  const insert = database.prepare(`
    INSERT INTO scheduler_schedules
      (id, key, project, target, note, created_by, kind, every_ms, delay_ms, cron, zone, state, next_at,
       planned_at, created_at)
    VALUES (@id, @key, @project, @target, @note, @createdBy, @kind, @everyMs, @delayMs, @cron, @zone, 'active',
            @nextAt, @now, @now)`);
  // A claim ends at its time, and also when it seems to have been made in the future: the clock was set back.
  const isFree = '(claimed_until IS NULL OR claimed_until <= @now OR claimed_at > @now)';
  const due = database.prepare<{ now: number; limit: number }, Row>(`
    SELECT * FROM scheduler_schedules
    WHERE state = 'active' AND next_at <= @now AND (retry_at IS NULL OR retry_at <= @now) AND ${isFree}
    ORDER BY next_at, id LIMIT @limit`);
  const claim = database.prepare(
    `UPDATE scheduler_schedules SET claimed_by = @worker, claimed_at = @now, claimed_until = @until WHERE id = @id`,
  );
  const aheadOfTime = database.prepare<[number], Row>(
    "SELECT * FROM scheduler_schedules WHERE state = 'active' AND planned_at > ?",
  );
  const nextFor = database
    .prepare<[string], number | null>(
      "SELECT min(next_at) FROM scheduler_schedules WHERE target = ? AND state = 'active'",
    )
    .pluck();
  const prune = database.prepare('DELETE FROM scheduler_schedules WHERE finished_at < ?');

  return {
    write: <Result>(action: () => Result): Result => database.transaction(action).immediate(),
    find: (id: string) => toSchedule(byId.get(id)),
    findByKey: (key: string) => toSchedule(byKey.get(key)),
    insert: (values: object) => void insert.run(values),
    due: (now: number, limit: number) => due.all({ now, limit }).map(read),
    claim: (id: string, worker: string, now: number, until: number) =>
      void claim.run({ id, worker, now, until }),
    plannedAfter: (now: number) => aheadOfTime.all(now).map(read),
    nextFor: (target: string) => nextFor.get(target) ?? null,
    prune: (before: number) => prune.run(before).changes,
    list: (filter: ScheduleFilter): Schedule[] => list(database, filter),
    change: (id: string, now: number, change: Change): void => {
      const names = Object.keys(change) as (keyof Change)[];
      const sets = [
        ...names.map((name) => `${COLUMNS[name]} = @${name}`),
        'claimed_by = NULL, claimed_at = NULL, claimed_until = NULL, planned_at = @now',
        ...(change.state === undefined ? [] : ['next_at = NULL, finished_at = @now, retry_at = NULL']),
      ];
      database
        .prepare(`UPDATE scheduler_schedules SET ${sets.join(', ')} WHERE id = @id`)
        .run({ ...change, id, now });
    },
  };
}

export type Store = ReturnType<typeof createStore>;

function list(database: Database, { project, target, state, keyPrefix }: ScheduleFilter): Schedule[] {
  const conditions = [
    ...(project === undefined ? [] : ['project = @project']),
    ...(target === undefined ? [] : ['target = @target']),
    ...(state === undefined ? [] : ['state = @state']),
    ...(keyPrefix === undefined ? [] : ['instr(key, @keyPrefix) = 1']),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return database
    .prepare<object, Row>(
      `SELECT * FROM scheduler_schedules ${where} ORDER BY next_at IS NULL, next_at, finished_at DESC, id`,
    )
    .all({ project, target, state, keyPrefix })
    .map(read);
}

function toSchedule(row: Row | undefined): Schedule | undefined {
  return row && read(row);
}

function read(row: Row): Schedule {
  return {
    id: row.id,
    key: row.key,
    project: row.project,
    target: row.target,
    note: row.note,
    createdBy: row.created_by,
    kind: row.kind,
    everyMs: row.every_ms,
    delayMs: row.delay_ms,
    cron: row.cron,
    zone: row.zone,
    state: row.state,
    reason: row.reason,
    nextAt: row.next_at,
    firings: row.firings,
    attempts: row.attempts,
    missed: row.missed,
    lastDueAt: row.last_due_at,
    lastFiredAt: row.last_fired_at,
    lastSkippedAt: row.last_skipped_at,
    skipReason: row.skip_reason,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
