import type { Database } from '@orc/sqlite';
import { errors } from './errors.ts';
import {
  check,
  contextSchema,
  restartSchema,
  type Context,
  type ContextInput,
  type Restart,
} from './records.ts';

export interface Histories {
  /** Notes a restart. The same agent and time again replaces its cause and outcome. */
  recordRestart(restart: Restart): void;
  /** The restarts of an agent, the oldest first; `since` is included. */
  restarts(agentId: string, options?: { readonly since?: number }): Restart[];
  /** Keeps what an agent was told, so that its successor can be told again. The last 100 are kept. */
  saveContext(context: ContextInput): Context;
  latestContext(agentId: string): Context | undefined;
  /** What the agent was told, the oldest first. */
  contexts(agentId: string): Context[];
}

const CONTEXTS_KEPT_MAX = 100;

interface ContextRow {
  readonly agentId: string;
  readonly kind: string;
  readonly briefing: string;
  readonly activitySummary: string | null;
  readonly checkpoint: string;
  readonly at: number;
}

export function createHistories(database: Database): Histories {
  const hasAgent = database.prepare<[string], unknown>('SELECT 1 FROM registry_agents WHERE id = ?');
  const requireAgent = (id: string) => {
    if (!hasAgent.get(id)) throw errors.unknownAgent(id);
  };
  return { ...createRestarts(database, requireAgent), ...createContexts(database, requireAgent) };
}

type RequireAgent = (id: string) => void;

function createRestarts(
  database: Database,
  requireAgent: RequireAgent,
): Pick<Histories, 'recordRestart' | 'restarts'> {
  const put = database.prepare<[Restart]>(
    'INSERT OR REPLACE INTO registry_restarts (agent_id, at, cause, outcome) VALUES (@agentId, @at, @cause, @outcome)',
  );
  const select = database.prepare<[string, number], Restart>(
    'SELECT agent_id AS agentId, at, cause, outcome FROM registry_restarts WHERE agent_id = ? AND at >= ? ORDER BY at',
  );
  return {
    recordRestart(input) {
      const restart = check(restartSchema, 'restart', input);
      requireAgent(restart.agentId);
      put.run(restart);
    },
    restarts: (agentId, { since = 0 } = {}) => select.all(agentId, since),
  };
}

function createContexts(
  database: Database,
  requireAgent: RequireAgent,
): Pick<Histories, 'saveContext' | 'latestContext' | 'contexts'> {
  const insert = database.prepare<[ContextRow]>(
    `INSERT INTO registry_contexts (agent_id, kind, briefing, activity_summary, checkpoint, at)
     VALUES (@agentId, @kind, @briefing, @activitySummary, @checkpoint, @at)`,
  );
  const columns = 'agent_id AS agentId, kind, briefing, activity_summary AS activitySummary, checkpoint, at';
  const select = database.prepare<[string], ContextRow>(
    `SELECT ${columns} FROM registry_contexts WHERE agent_id = ? ORDER BY at, seq`,
  );
  const latest = database.prepare<[string], ContextRow>(
    `SELECT ${columns} FROM registry_contexts WHERE agent_id = ? ORDER BY at DESC, seq DESC LIMIT 1`,
  );
  const prune = database.prepare(
    `DELETE FROM registry_contexts WHERE seq IN
       (SELECT seq FROM registry_contexts WHERE agent_id = ? ORDER BY at DESC, seq DESC LIMIT -1 OFFSET ${CONTEXTS_KEPT_MAX})`,
  );
  const toContext = (row: ContextRow): Context => ({
    ...row,
    checkpoint: JSON.parse(row.checkpoint) as unknown,
  });
  return {
    saveContext(input) {
      const context = check(contextSchema, 'context', input);
      return database
        .transaction(() => {
          requireAgent(context.agentId);
          insert.run({ ...context, checkpoint: JSON.stringify(context.checkpoint) });
          prune.run(context.agentId);
          return context;
        })
        .immediate();
    },
    latestContext(agentId) {
      const row = latest.get(agentId);
      return row && toContext(row);
    },
    contexts: (agentId) => select.all(agentId).map(toContext),
  };
}
