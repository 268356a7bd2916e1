import type { Severity } from './rule-schema.ts';
import type { Violation } from './violations.ts';

/** A violation as SQLite has it. */
export interface Row {
  readonly id: string;
  readonly rule: string;
  readonly project: string;
  readonly agent: string;
  readonly severity: string;
  readonly state: string;
  readonly title: string;
  readonly why: string;
  readonly because: string;
  readonly remedy: string;
  readonly is_hint: number;
  readonly fact: string;
  readonly first_at: number;
  readonly last_at: number;
  readonly count: number;
  readonly gone_since: number | null;
  readonly escalated_at: number | null;
  readonly resolved_at: number | null;
  readonly resolved_by: string | null;
  readonly resolution: string | null;
  readonly news: string | null;
}

export const columns =
  'id, rule, project, agent, severity, state, title, why, because, remedy, is_hint, fact, first_at, last_at, count, gone_since, escalated_at, resolved_at, resolved_by, resolution, news';

/** A fact may hold a whole message; what is kept of a text is enough to recognise it. */
const TEXT_CHARACTERS_MAX = 2_000;

export function toRow(violation: Violation): Row {
  const { because, fact, isHint, firstAt, lastAt, goneSince, escalatedAt, resolvedAt, resolvedBy, ...same } =
    violation;
  return {
    ...same,
    because: JSON.stringify(because),
    fact: JSON.stringify(fact, (_, value: unknown) =>
      typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS_MAX) : value,
    ),
    is_hint: isHint ? 1 : 0,
    first_at: firstAt,
    last_at: lastAt,
    gone_since: goneSince,
    escalated_at: escalatedAt,
    resolved_at: resolvedAt,
    resolved_by: resolvedBy,
  };
}

export function fromRow(row: Row): Violation {
  return {
    id: row.id,
    rule: row.rule,
    project: row.project,
    agent: row.agent,
    severity: row.severity as Severity,
    state: row.state as Violation['state'],
    title: row.title,
    why: row.why,
    because: JSON.parse(row.because) as string[],
    remedy: row.remedy,
    isHint: row.is_hint === 1,
    fact: JSON.parse(row.fact) as unknown,
    firstAt: row.first_at,
    lastAt: row.last_at,
    count: row.count,
    goneSince: row.gone_since,
    escalatedAt: row.escalated_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    resolution: row.resolution,
    news: row.news as Violation['news'],
  };
}
