import type { Database } from '@orc/sqlite';
import { errors } from './errors.ts';
import type { StandupAnswer } from './standup.ts';

export interface StandupQuestion {
  readonly agent: string;
  /** Id of the message that asks. */
  readonly question: string;
}

export interface Standup {
  readonly id: string;
  readonly project: string;
  readonly askedBy: string;
  readonly askedAt: number;
  /** No answer is waited for after this. */
  readonly closesAt: number;
  /** When it was summed up; `null` while answers are collected. */
  readonly closedAt: number | null;
  readonly answers: readonly (StandupAnswer & StandupQuestion)[];
}

export interface Standups {
  /** Notes whom was asked what. The same id a second time changes nothing. */
  openStandup(
    standup: Pick<Standup, 'id' | 'project' | 'askedBy' | 'askedAt' | 'closesAt'>,
    asked: readonly StandupQuestion[],
  ): Standup;
  /** Takes an answer; false when that agent was not asked there, or has answered already. */
  noteAnswer(
    id: string,
    answer: { readonly agent: string; readonly answer: string; readonly text: string; readonly at: number },
  ): boolean;
  /** @throws ORC_ROUTING_UNKNOWN_STANDUP */
  getStandup(id: string): Standup;
  /** The newest of a project. */
  lastStandup(project: string): Standup | undefined;
  /** Those that still collect, the oldest first. */
  openStandups(): Standup[];
  /** Ends the collecting; false when it had ended. */
  closeStandup(id: string, at: number): boolean;
}

interface Row {
  readonly id: string;
  readonly project: string;
  readonly asked_by: string;
  readonly asked_at: number;
  readonly closes_at: number;
  readonly closed_at: number | null;
}

interface AnswerRow {
  readonly agent: string;
  readonly question: string;
  readonly text: string | null;
  readonly answered_at: number | null;
}

export function createStandups(database: Database): Standups {
  const select = 'SELECT id, project, asked_by, asked_at, closes_at, closed_at FROM routing_standups';
  const byId = database.prepare<[string], Row>(`${select} WHERE id = ?`);
  const last = database.prepare<[string], Row>(`${select} WHERE project = ? ORDER BY seq DESC LIMIT 1`);
  const open = database.prepare<[], Row>(`${select} WHERE closed_at IS NULL ORDER BY seq`);
  const answers = database.prepare<[string], AnswerRow>(
    'SELECT agent, question, text, answered_at FROM routing_standup_answers WHERE standup = ? ORDER BY agent',
  );
  const insert = database.prepare(
    `INSERT INTO routing_standups (id, project, asked_by, asked_at, closes_at)
     VALUES (@id, @project, @askedBy, @askedAt, @closesAt) ON CONFLICT (id) DO NOTHING`,
  );
  const ask = database.prepare(
    'INSERT INTO routing_standup_answers (standup, agent, question) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const answer = database.prepare(
    `UPDATE routing_standup_answers SET answer = ?, text = ?, answered_at = ?
     WHERE standup = ? AND agent = ? AND answer IS NULL`,
  );
  const close = database.prepare(
    'UPDATE routing_standups SET closed_at = ? WHERE id = ? AND closed_at IS NULL',
  );

  const toStandup = (row: Row): Standup => ({
    id: row.id,
    project: row.project,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    closesAt: row.closes_at,
    closedAt: row.closed_at,
    answers: answers
      .all(row.id)
      .map(({ agent, question, text, answered_at }) => ({ agent, question, text, answeredAt: answered_at })),
  });
  const get = (id: string): Standup => {
    const row = byId.get(id);
    if (!row) throw errors.unknownStandup(id);
    return toStandup(row);
  };

  return {
    openStandup: (standup, asked) =>
      database
        .transaction(() => {
          insert.run(standup);
          for (const { agent, question } of asked) ask.run(standup.id, agent, question);
          return get(standup.id);
        })
        .immediate(),
    noteAnswer: (id, given) => answer.run(given.answer, given.text, given.at, id, given.agent).changes > 0,
    getStandup: get,
    lastStandup(project) {
      const row = last.get(project);
      return row && toStandup(row);
    },
    openStandups: () => open.all().map(toStandup),
    closeStandup: (id, at) => close.run(at, id).changes > 0,
  };
}
