import type { Database } from '@orc/sqlite';
import type { Remember } from './memory.ts';
import { withoutWaitingForTheDisk } from './disk.ts';
import { errors } from './errors.ts';
import { check, factSchema, type Fact } from './records.ts';
import type { Clock } from './types.ts';

export interface Facts {
  /**
   * Notes what somebody observed about an agent. Returns true when it is now the latest of its kind and
   * source; a fact that arrives after a younger one goes into the history only. One that lies in the future was
   * noted before the clock was set back, and gives way to any. A fact without news (the same value again) makes
   * the latest one younger and leaves the history alone.
   *
   * Facts survive the end of the process at any moment, but not a power cut: what they are about would not
   * survive it either, and a hook must not wait for the disk.
   *
   * @throws ORC_REGISTRY_UNKNOWN_AGENT, ORC_REGISTRY_INVALID
   */
  recordFact(fact: Fact): boolean;
  /** The same for several, in one write. Returns how many are the latest now. All are kept, or none. */
  recordFacts(facts: readonly Fact[]): number;
  /** The latest fact of each kind and source, the oldest first. */
  facts(agentId: string): Fact[];
  /** What was observed last, the oldest first; at most 200 facts of an agent are kept. */
  factHistory(agentId: string): Fact[];
}

const FACTS_KEPT_MAX = 200;
/** By less than this, clocks are corrected all the time. */
const CLOCK_STEP_MS = 60_000;

interface FactRow {
  readonly agent_id: string;
  readonly kind: string;
  readonly source: string;
  readonly value: string;
  readonly at: number;
}

type Write = (fact: Fact) => boolean;

export function createFacts(database: Database, clock: Clock, remember: Remember): Facts {
  const write = createWriter(database, clock);
  const latest = database.prepare<[string], FactRow>(
    'SELECT * FROM registry_facts WHERE agent_id = ? ORDER BY at, kind, source',
  );
  const history = database.prepare<[string], FactRow>(
    'SELECT * FROM registry_fact_history WHERE agent_id = ? ORDER BY at, seq',
  );
  const recordFacts = (inputs: readonly Fact[]) => {
    const facts = inputs.map((fact) => check(factSchema, 'fact', fact));
    const writeAll = database.transaction(() => facts.filter(write).length);
    return withoutWaitingForTheDisk(database, () => writeAll.immediate());
  };
  return {
    recordFact: (fact) => recordFacts([fact]) > 0,
    recordFacts,
    facts: (agentId) => remember(`facts ${agentId}`, () => latest.all(agentId).map(toFact)),
    factHistory: (agentId) => history.all(agentId).map(toFact),
  };
}

function createWriter(database: Database, clock: Clock): Write {
  const hasAgent = database.prepare<[string], unknown>('SELECT 1 FROM registry_agents WHERE id = ?');
  const find = database.prepare<[string, string, string], FactRow>(
    'SELECT * FROM registry_facts WHERE agent_id = ? AND kind = ? AND source = ?',
  );
  const put = database.prepare<[FactRow]>(
    'INSERT OR REPLACE INTO registry_facts (agent_id, kind, source, value, at) VALUES (@agent_id, @kind, @source, @value, @at)',
  );
  const append = database.prepare<[FactRow]>(
    'INSERT INTO registry_fact_history (agent_id, kind, source, value, at) VALUES (@agent_id, @kind, @source, @value, @at)',
  );
  const prune = database.prepare(
    `DELETE FROM registry_fact_history WHERE seq IN
       (SELECT seq FROM registry_fact_history WHERE agent_id = ? ORDER BY at DESC, seq DESC LIMIT -1 OFFSET ${FACTS_KEPT_MAX})`,
  );
  return ({ agentId, kind, source, value, at }) => {
    if (!hasAgent.get(agentId)) throw errors.unknownAgent(agentId);
    const row = { agent_id: agentId, kind, source, value: JSON.stringify(value), at };
    const known = find.get(agentId, kind, source);
    const isLatest = known === undefined || at >= known.at || known.at > clock.now() + CLOCK_STEP_MS;
    if (isLatest) put.run(row);
    if (!isLatest || known?.value !== row.value) {
      append.run(row);
      prune.run(agentId);
    }
    return isLatest;
  };
}

function toFact({ agent_id, kind, source, value, at }: FactRow): Fact {
  return {
    agentId: agent_id,
    kind,
    source: source as Fact['source'],
    value: JSON.parse(value) as unknown,
    at,
  };
}
