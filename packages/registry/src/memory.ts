import type { Database } from '@orc/sqlite';

/** Answers of the database, for as long as nothing in the file has changed. */
export type Remember = <Answer>(question: string, ask: () => Answer[]) => Answer[];

const QUESTIONS_MAX = 2_000;

/**
 * A daemon with a hundred idle agents asks the same things several times a second; reading and decoding them
 * again each time would be most of what it does. What is remembered is worth nothing as soon as anybody has
 * written: this connection (`total_changes`) or another one, of this process or not (`data_version`).
 */
export function createMemory(database: Database): Remember {
  const ownChanges = database.prepare<[], number>('SELECT total_changes()').pluck();
  const othersChanges = database.prepare<[], number>('PRAGMA data_version').pluck();
  const answers = new Map<string, unknown[]>();
  let own = -1;
  let others = -1;
  return <Answer>(question: string, ask: () => Answer[]) => {
    // What a transaction sees may still be taken back.
    if (database.inTransaction) return ask();
    const [ownNow = 0, othersNow = 0] = [ownChanges.get(), othersChanges.get()];
    if (own !== ownNow || others !== othersNow || answers.size > QUESTIONS_MAX) answers.clear();
    [own, others] = [ownNow, othersNow];
    const known = answers.get(question) ?? ask();
    answers.set(question, known);
    return [...known] as Answer[];
  };
}
