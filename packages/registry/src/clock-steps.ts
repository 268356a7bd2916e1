import type { Database } from '@orc/sqlite';
import type { Clock } from './types.ts';

export interface ClockSteps {
  /**
   * To be called when the clock was set back. What was noted of an agent and lies ahead now is moved to just
   * before this moment, in the order in which it was noted: what comes next is younger than all of it. A restart
   * that is still planned stays where it is. Returns how many moments were moved.
   */
  settleClock(): number;
}

const TABLES = [
  { table: 'registry_facts', agent: 'agent_id', at: 'at', where: '' },
  { table: 'registry_fact_history', agent: 'agent_id', at: 'at', where: '' },
  { table: 'registry_contexts', agent: 'agent_id', at: 'at', where: '' },
  { table: 'registry_restarts', agent: 'agent_id', at: 'at', where: `AND outcome IS NOT 'planned'` },
  { table: 'registry_agents', agent: 'id', at: 'launched_at', where: '' },
] as const;

const AHEAD = TABLES.map(
  ({ table, agent, at, where }) =>
    `SELECT ${agent} AS agent, ${at} AS at FROM ${table} WHERE ${at} > @now ${where}`,
).join(' UNION ');

interface Mark {
  readonly agent: string;
  readonly at: number;
  /** 1 for the youngest of its agent. */
  readonly rank: number;
}

export function createClockSteps(database: Database, clock: Clock): ClockSteps {
  const any = database.prepare<{ now: number }>(`${AHEAD} LIMIT 1`);
  // The oldest first: what has been moved already is no longer ahead, and is not met again.
  const select = database.prepare<{ now: number }, Mark>(
    `SELECT agent, at, row_number() OVER (PARTITION BY agent ORDER BY at DESC) AS rank FROM (${AHEAD}) ORDER BY at`,
  );
  // Two restarts at the same moment cannot be: the younger one replaces the other.
  const moves = TABLES.map(({ table, agent, at, where }) =>
    database.prepare<{ agent: string; from: number; to: number }>(
      `UPDATE OR REPLACE ${table} SET ${at} = @to WHERE ${agent} = @agent AND ${at} = @from ${where}`,
    ),
  );
  const settle = database.transaction((now: number): number => {
    const marks = select.all({ now });
    for (const { agent, at, rank } of marks)
      for (const move of moves) move.run({ agent, from: at, to: now - rank });
    return marks.length;
  });
  return {
    settleClock() {
      const now = clock.now();
      // Nearly always nothing is ahead, and then nobody has to wait for the lock.
      return any.get({ now }) === undefined ? 0 : settle.immediate(now);
    },
  };
}
