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

export function createClockSteps(database: Database, clock: Clock): ClockSteps {
  const select = database.prepare<{ now: number }, { agent: string; at: number }>(
    TABLES.map(
      ({ table, agent, at, where }) =>
        `SELECT ${agent} AS agent, ${at} AS at FROM ${table} WHERE ${at} > @now ${where}`,
    ).join(' UNION ') + ' ORDER BY agent, at DESC',
  );
  // Two restarts at the same moment cannot be: the younger one replaces the other.
  const moves = TABLES.map(({ table, agent, at, where }) =>
    database.prepare<{ agent: string; from: number; to: number }>(
      `UPDATE OR REPLACE ${table} SET ${at} = @to WHERE ${agent} = @agent AND ${at} = @from ${where}`,
    ),
  );
  const settle = database.transaction((): number => {
    const now = clock.now();
    const ahead = select.all({ now });
    const marks = ahead.map((mark, index) => {
      const rank = index - ahead.findIndex(({ agent }) => agent === mark.agent);
      return { agent: mark.agent, from: mark.at, to: now - 1 - rank };
    });
    // The oldest first: what has been moved already is no longer ahead, and is not met again.
    for (const mark of marks.reverse()) for (const move of moves) move.run(mark);
    return marks.length;
  });
  return { settleClock: () => settle.immediate() };
}
