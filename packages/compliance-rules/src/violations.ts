import {
  migrate,
  openDatabase,
  translateSqliteError,
  translatingErrors,
  type Database,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import { advance, policyOf, type Episode, type Step } from './episodes.ts';
import { errors } from './errors.ts';
import type { Judgement, Verdict } from './judge.ts';
import { migrations } from './migrations.ts';
import type { Rule } from './rule-schema.ts';
import { columns, fromRow, toRow, type Row } from './violation-rows.ts';

/** One episode of one rule and one agent, with the fact that was seen last. Times in ms since 1970. */
export interface Violation extends Episode, Omit<Verdict, 'severity' | 'refuse' | 'fact'> {
  readonly id: string;
  readonly project: string;
  readonly agent: string;
  readonly fact: unknown;
  /** What a person wrote when resolving it. */
  readonly resolution: string | null;
  /** What happened to it that was not told yet. */
  readonly news: 'opened' | 'escalated' | 'reopened' | 'resolved' | null;
}

export interface ViolationFilter {
  readonly state?: 'open' | 'resolved' | undefined;
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
  readonly rule?: string | undefined;
  /** Only such as were seen from then on. */
  readonly since?: number | undefined;
  /** Default 100, at most 10 000. */
  readonly limit?: number | undefined;
}

/** Who was judged, and when. */
export interface Judged {
  readonly project: string;
  readonly agent: string;
  readonly now: number;
}

/** Violations, open and resolved. Every call is one transaction; any number of processes may share the file. */
export interface Violations extends Disposable {
  /** Takes in what was judged. `rules` are the ones it was judged by. */
  record(judgement: Judgement, rules: readonly Rule[], judged: Judged): void;
  /** Ends what has become quiet, what no rule stands for any more, and escalates what is open for too long. */
  sweep(rules: readonly Rule[], judged: Omit<Judged, 'agent'>): void;
  /** Ends everything open of an agent, because it is no longer there to do better. */
  release(agent: string, now: number): void;
  /** By hand; false when it was resolved already. @throws ORC_RULES_UNKNOWN_VIOLATION */
  resolve(id: string, by: { readonly name: string; readonly text: string; readonly now: number }): boolean;
  /** @throws ORC_RULES_UNKNOWN_VIOLATION */
  get(id: string): Violation;
  /** The newest first. */
  list(filter?: ViolationFilter): Violation[];
  /** Those with news that nobody was told, the oldest first. */
  untold(): Violation[];
  /** Notes that its news were told. */
  told(id: string, news: Violation['news']): void;
  /** How far something was read; 0 at first. */
  cursor(name: string): number;
  /** Does the work and moves the cursor, both or none. */
  moveCursor(name: string, value: number, work: () => void): void;
  /** Forgets resolved ones that were last seen before. Returns how many. */
  prune(before: number): number;
}

export interface ViolationsDeps {
  readonly newId: () => string;
}

const LISTED = 100;
const LISTED_MAX = 10_000;

/**
 * Opens the violations in a database file that they may share with others.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY
 */
export function openViolations(
  options: Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'>,
  { newId }: ViolationsDeps,
): Violations {
  const database = openDatabase(options);
  try {
    migrate(database, 'rules', migrations);
    const api = {
      ...createWriting(database, newId),
      ...createReading(database),
      ...createTelling(database),
      ...createCursors(database),
    };
    return { ...translatingErrors(options.path, api), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw translateSqliteError(options.path, error);
  }
}

type Reading = Pick<Violations, 'get' | 'list' | 'untold'>;
type Cursors = Pick<Violations, 'cursor' | 'moveCursor'>;
type Telling = Pick<Violations, 'told' | 'prune'>;
type Writing = Omit<Violations, keyof Reading | keyof Cursors | keyof Telling | typeof Symbol.dispose>;

function createReading(database: Database): Reading {
  const one = database.prepare<[string], Row>(`SELECT ${columns} FROM rules_violations WHERE id = ?`);
  const many = database.prepare<[Record<string, unknown>], Row>(
    `SELECT ${columns} FROM rules_violations
     WHERE (@state IS NULL OR state = @state) AND (@project IS NULL OR project = @project)
       AND (@agent IS NULL OR agent = @agent) AND (@rule IS NULL OR rule = @rule)
       AND (@since IS NULL OR last_at >= @since)
     ORDER BY seq DESC LIMIT @limit`,
  );
  const news = database.prepare<[], Row>(
    `SELECT ${columns} FROM rules_violations WHERE news IS NOT NULL ORDER BY seq LIMIT ${LISTED_MAX}`,
  );
  return {
    get(id) {
      const row = one.get(id);
      if (!row) throw errors.unknownViolation(id);
      return fromRow(row);
    },
    list({ state, project, agent, rule, since, limit = LISTED } = {}) {
      const bound = Math.min(Math.max(1, limit), LISTED_MAX);
      const [s, p, a, r, t] = [state, project, agent, rule, since].map((value) => value ?? null);
      return many.all({ state: s, project: p, agent: a, rule: r, since: t, limit: bound }).map(fromRow);
    },
    untold: () => news.all().map(fromRow),
  };
}

function createWriting(database: Database, newId: () => string): Writing {
  const { latest, open, put } = createRows(database);
  const byId = database.prepare<[string], Row>(`SELECT ${columns} FROM rules_violations WHERE id = ?`);
  const step = (
    current: Violation | undefined,
    rule: Rule,
    what: Step,
    now: number,
    make?: () => Violation,
  ) => {
    const { episode, news } = advance(current, what, policyOf(rule), now);
    const base = news === 'opened' ? make?.() : current;
    if (episode && base) put({ ...base, ...pick(episode), news: news ?? base.news });
  };
  const end = (violation: Violation, by: string, now: number, text: string | null = null) =>
    put({
      ...violation,
      state: 'resolved',
      resolvedAt: now,
      resolvedBy: by,
      resolution: text,
      news: 'resolved',
    });

  return {
    record: database.transaction(
      ({ violations, kept }: Judgement, rules: readonly Rule[], { project, agent, now }: Judged) => {
        const byRule = new Map(rules.map((rule) => [rule.id, rule]));
        for (const verdict of violations) {
          const rule = byRule.get(verdict.rule);
          if (!rule) continue;
          const before = latest(project, agent, rule.id);
          const { refuse: _refuse, ...seen } = verdict;
          const current = before && { ...before, ...seen, severity: before.severity };
          step(current, rule, { type: 'violated', verdict }, now, () => {
            return { ...seen, ...unborn, id: newId(), project, agent };
          });
        }
        for (const id of kept) {
          const rule = byRule.get(id);
          const current = latest(project, agent, id);
          if (rule && current?.state === 'open') step(current, rule, { type: 'kept' }, now);
        }
      },
    ),
    sweep: database.transaction((rules: readonly Rule[], { project, now }: Omit<Judged, 'agent'>) => {
      const byRule = new Map(rules.filter(({ enabled }) => enabled).map((rule) => [rule.id, rule]));
      for (const violation of open()) {
        if (violation.project !== project) continue;
        const rule = byRule.get(violation.rule);
        if (rule) step(violation, rule, { type: 'tick' }, now);
        else end(violation, 'rule-off', now);
      }
    }),
    release(agent, now) {
      for (const violation of open()) if (violation.agent === agent) end(violation, 'agent-ended', now);
    },
    resolve(id, { name, text, now }) {
      const row = byId.get(id);
      if (!row) throw errors.unknownViolation(id);
      const violation = fromRow(row);
      if (violation.state === 'resolved') return false;
      end(violation, name, now, text === '' ? null : text);
      return true;
    },
  };
}

function createTelling(database: Database): Telling {
  const tell = database.prepare('UPDATE rules_violations SET news = NULL WHERE id = ? AND news = ?');
  const forget = database.prepare("DELETE FROM rules_violations WHERE state = 'resolved' AND last_at < ?");
  return {
    told: (id, news) => void tell.run(id, news),
    prune: (before) => forget.run(before).changes,
  };
}

/** The episode alone: what `advance` was given is a whole violation, with its own news and texts. */
function pick({
  severity,
  state,
  firstAt,
  lastAt,
  count,
  goneSince,
  escalatedAt,
  resolvedAt,
  resolvedBy,
}: Episode) {
  return { severity, state, firstAt, lastAt, count, goneSince, escalatedAt, resolvedAt, resolvedBy };
}

const unborn = {
  state: 'open',
  firstAt: 0,
  lastAt: 0,
  count: 0,
  goneSince: null,
  escalatedAt: null,
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  news: null,
} as const;

function createRows(database: Database) {
  const select = database.prepare<[string, string, string], Row>(
    `SELECT ${columns} FROM rules_violations WHERE project = ? AND agent = ? AND rule = ? ORDER BY seq DESC LIMIT 1`,
  );
  const selectOpen = database.prepare<[], Row>(
    `SELECT ${columns} FROM rules_violations WHERE state = 'open' ORDER BY seq`,
  );
  const names = columns.split(', ');
  const write = database.prepare(
    `INSERT INTO rules_violations (${columns}) VALUES (${names.map((name) => `@${name}`).join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  );
  return {
    latest: (project: string, agent: string, rule: string): Violation | undefined => {
      const row = select.get(project, agent, rule);
      return row && fromRow(row);
    },
    open: (): Violation[] => selectOpen.all().map(fromRow),
    put: (violation: Violation) => void write.run(toRow(violation)),
  };
}

function createCursors(database: Database): Cursors {
  const select = database.prepare<[string], { value: number }>(
    'SELECT value FROM rules_cursors WHERE name = ?',
  );
  const put = database.prepare('INSERT OR REPLACE INTO rules_cursors (name, value) VALUES (?, ?)');
  return {
    cursor: (name) => select.get(name)?.value ?? 0,
    moveCursor(name, value, work) {
      database
        .transaction(() => {
          work();
          put.run(name, value);
        })
        .immediate();
    },
  };
}
