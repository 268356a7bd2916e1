import type { Database } from '@orc/sqlite';
import { errors } from './errors.ts';
import {
  agentPatchSchema,
  agentSchema,
  check,
  sessionSchema,
  type Agent,
  type AgentInput,
  type AgentPatch,
  type Session,
} from './records.ts';
import type { Remember } from './memory.ts';
import { createTable } from './rows.ts';
import type { Clock } from './types.ts';

export interface Agents {
  /**
   * Writes an agent. The same id again overwrites everything but `createdAt`; facts, sessions, restarts and
   * contexts stay.
   *
   * @throws ORC_REGISTRY_UNKNOWN_PROJECT, ORC_REGISTRY_TOKEN_TAKEN, ORC_REGISTRY_INVALID
   */
  saveAgent(input: AgentInput): Agent;
  /** @throws ORC_REGISTRY_UNKNOWN_AGENT */
  getAgent(id: string): Agent;
  findAgent(id: string): Agent | undefined;
  /** In the order in which they were saved first. Leaves out agents that ended unless they are asked for. */
  listAgents(filter?: { readonly project?: string; readonly includeEnded?: boolean }): Agent[];
  /** @throws ORC_REGISTRY_UNKNOWN_AGENT, ORC_REGISTRY_TOKEN_TAKEN, ORC_REGISTRY_INVALID */
  updateAgent(id: string, patch: AgentPatch): Agent;
  /** Ends an agent for good: its token is worth nothing from now on, and it has no pane and no process. */
  endAgent(id: string): Agent;
  /** Whose token this is; never an agent that ended. Takes the hexadecimal SHA-256 of the token. */
  findAgentByTokenHash(sha256: string): Agent | undefined;
  /**
   * Adds a session to the agent's history, and makes the one that began last the agent's current one
   * (`sessionId`, `transcriptPath`). The same session of the same time again changes nothing.
   */
  recordSession(session: Session): Agent;
  /** Every session the agent has had, the first one first. */
  sessions(agentId: string): Session[];
}

export function createAgents(database: Database, clock: Clock, remember: Remember): Agents {
  const table = createAgentTable(database);
  const select = (where: string, ...values: string[]) =>
    remember(`agents ${where} ${values.join(' ')}`, () => table.select(where, ...values));
  const hasProject = database.prepare<[string], unknown>('SELECT 1 FROM registry_projects WHERE slug = ?');
  const find = (id: string) => select('id = ?', id)[0];
  const findByToken = (hash: string) => select("token_hash = ? AND desired <> 'ended'", hash)[0];
  const get = (id: string) => {
    const agent = find(id);
    if (!agent) throw errors.unknownAgent(id);
    return agent;
  };
  const refuseTakenToken = (id: string, hash: string) => {
    const holder = findByToken(hash);
    if (holder && holder.id !== id) throw errors.tokenTaken(id);
  };
  const update = (id: string, values: AgentPatch) => {
    if (values.tokenHash !== undefined) refuseTakenToken(id, values.tokenHash);
    if (!table.patch(id, values)) throw errors.unknownAgent(id);
    return get(id);
  };

  return {
    saveAgent(input) {
      const { createdAt = clock.now(), ...agent } = check(agentSchema, 'agent', input);
      return database
        .transaction(() => {
          if (!hasProject.get(agent.project)) throw errors.unknownProject(agent.project);
          refuseTakenToken(agent.id, agent.tokenHash);
          table.put({ ...agent, createdAt });
          return get(agent.id);
        })
        .immediate();
    },
    getAgent: get,
    findAgent: find,
    listAgents({ project, includeEnded = false } = {}) {
      const living = includeEnded ? '1' : "desired <> 'ended'";
      return project === undefined
        ? select(`${living} ORDER BY rowid`)
        : select(`project = ? AND ${living} ORDER BY rowid`, project);
    },
    updateAgent(id, patch) {
      const values = check(agentPatchSchema, 'change of an agent', patch) as AgentPatch;
      return database.transaction(() => update(id, values)).immediate();
    },
    endAgent(id) {
      const gone = {
        desired: 'ended',
        endedAt: clock.now(),
        paneId: null,
        tmuxServer: null,
        pid: null,
        pidStartedAt: null,
      } as const;
      return database
        .transaction(() => (get(id).desired === 'ended' ? get(id) : update(id, gone)))
        .immediate();
    },
    findAgentByTokenHash: findByToken,
    ...createSessions(database, get, update),
  };
}

function createSessions(
  database: Database,
  get: (id: string) => Agent,
  update: (id: string, values: AgentPatch) => Agent,
): Pick<Agents, 'recordSession' | 'sessions'> {
  const insert = database.prepare<[Session]>(
    `INSERT INTO registry_sessions (agent_id, session_id, transcript_path, started_at, source)
     VALUES (@agentId, @sessionId, @transcriptPath, @startedAt, @source) ON CONFLICT DO NOTHING`,
  );
  const select = database.prepare<[string], Session>(
    `SELECT agent_id AS agentId, session_id AS sessionId, transcript_path AS transcriptPath,
       started_at AS startedAt, source FROM registry_sessions WHERE agent_id = ? ORDER BY started_at, seq`,
  );
  return {
    recordSession(input) {
      const session = check(sessionSchema, 'session', input);
      return database
        .transaction(() => {
          get(session.agentId);
          insert.run(session);
          const { sessionId, transcriptPath } = select.all(session.agentId).at(-1) ?? session;
          return update(session.agentId, { sessionId, transcriptPath });
        })
        .immediate();
    },
    sessions: (agentId) => select.all(agentId),
  };
}

function createAgentTable(database: Database) {
  return createTable<Agent>(database, {
    name: 'registry_agents',
    key: 'id',
    keep: ['createdAt'],
    columns: {
      id: 'plain',
      project: 'plain',
      role: 'plain',
      title: 'plain',
      windowName: 'plain',
      branch: 'plain',
      worktreePath: 'plain',
      runtime: 'plain',
      tokenHash: 'plain',
      desired: 'plain',
      paneId: 'plain',
      tmuxServer: 'json',
      pid: 'plain',
      pidStartedAt: 'plain',
      sessionId: 'plain',
      transcriptPath: 'plain',
      launchedAt: 'plain',
      launchCount: 'plain',
      isTemporary: 'boolean',
      purpose: 'plain',
      createdAt: 'plain',
      endedAt: 'plain',
    },
  });
}
