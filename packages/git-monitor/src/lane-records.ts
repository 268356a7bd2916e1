import type { Database } from '@orc/sqlite';

/**
 * `waiting`: not taken over yet. `handed-over`: the receiver was asked to merge by itself. `conflict`: the
 * project manager was told. `merged`: orc merged it. `taken`: the receiver has it by its own doing.
 */
export type LaneOutcome = 'waiting' | 'handed-over' | 'conflict' | 'merged' | 'taken';

/** One commit on its way from one role to another. */
export interface LaneSync {
  readonly project: string;
  readonly source: string;
  readonly receiver: string;
  readonly sha: string;
  readonly subject: string;
  readonly committedAt: number;
  readonly outcome: LaneOutcome;
  /** When the receiver had it; `null` until then. */
  readonly settledAt: number | null;
}

export interface LaneRecords {
  /** False when this commit was on this lane before. */
  addLaneSync(sync: Omit<LaneSync, 'outcome' | 'settledAt'>): boolean;
  /** False when it had this outcome already. */
  noteLaneOutcome(sync: LaneSync, outcome: 'handed-over' | 'conflict'): boolean;
  /** Everything that was under way between two agents has arrived. Returns what that was. */
  settleLane(
    lane: Pick<LaneSync, 'project' | 'source' | 'receiver'>,
    outcome: 'merged' | 'taken',
    at: number,
  ): LaneSync[];
  /** Commits that have not arrived, the oldest first. */
  openLaneSyncs(project: string): LaneSync[];
  /** Commits since `since`, the newest first. */
  laneSyncs(project: string, since: number): LaneSync[];
  /** `undefined` when nobody has switched the lanes of this project. */
  laneSwitch(project: string): boolean | undefined;
  switchLanes(project: string, isOn: boolean): void;
}

interface Row {
  readonly project: string;
  readonly source: string;
  readonly receiver: string;
  readonly sha: string;
  readonly subject: string;
  readonly committed_at: number;
  readonly outcome: LaneOutcome;
  readonly settled_at: number | null;
}

const read = (row: Row): LaneSync => ({
  project: row.project,
  source: row.source,
  receiver: row.receiver,
  sha: row.sha,
  subject: row.subject,
  committedAt: row.committed_at,
  outcome: row.outcome,
  settledAt: row.settled_at,
});

export function createLaneRecords(database: Database): LaneRecords {
  const insert = database.prepare(
    `INSERT INTO git_lane_syncs (project, source, receiver, sha, subject, committed_at, outcome)
     VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING`,
  );
  const note = database.prepare(
    `UPDATE git_lane_syncs SET outcome = ? WHERE project = ? AND source = ? AND receiver = ? AND sha = ?
     AND outcome <> ? AND settled_at IS NULL`,
  );
  const under = database.prepare<[string, string, string], Row>(
    `SELECT * FROM git_lane_syncs WHERE project = ? AND source = ? AND receiver = ? AND settled_at IS NULL
     ORDER BY committed_at`,
  );
  const settle = database.prepare(
    `UPDATE git_lane_syncs SET outcome = ?, settled_at = ?
     WHERE project = ? AND source = ? AND receiver = ? AND settled_at IS NULL`,
  );
  const open = database.prepare<[string], Row>(
    'SELECT * FROM git_lane_syncs WHERE project = ? AND settled_at IS NULL ORDER BY committed_at',
  );
  const since = database.prepare<[string, number], Row>(
    'SELECT * FROM git_lane_syncs WHERE project = ? AND committed_at >= ? ORDER BY committed_at DESC, seq DESC',
  );
  const getSwitch = database.prepare<[string], { is_on: number }>(
    'SELECT is_on FROM git_lane_switches WHERE project = ?',
  );
  const putSwitch = database.prepare('INSERT OR REPLACE INTO git_lane_switches VALUES (?, ?)');
  return {
    addLaneSync: ({ project, source, receiver, sha, subject, committedAt }) =>
      insert.run(project, source, receiver, sha, subject, committedAt).changes > 0,
    noteLaneOutcome: ({ project, source, receiver, sha }, outcome) =>
      note.run(outcome, project, source, receiver, sha, outcome).changes > 0,
    settleLane: ({ project, source, receiver }, outcome, at) =>
      database
        .transaction(() => {
          const arrived = under.all(project, source, receiver);
          if (arrived.length > 0) settle.run(outcome, at, project, source, receiver);
          return arrived.map((row) => ({ ...read(row), outcome, settledAt: at }));
        })
        .immediate(),
    openLaneSyncs: (project) => open.all(project).map(read),
    laneSyncs: (project, from) => since.all(project, from).map(read),
    laneSwitch: (project) => {
      const row = getSwitch.get(project);
      return row && row.is_on === 1;
    },
    switchLanes: (project, isOn) => void putSwitch.run(project, isOn ? 1 : 0),
  };
}
