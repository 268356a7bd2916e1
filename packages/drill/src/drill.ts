import { join } from 'node:path';
import { describeError } from '@orc/errors';
import { chooseRows, notBuilt } from './groups.ts';
import type { Judgement } from './invariant.ts';
import type { Group, Row } from './row.ts';
import { mountSmallDisk } from './small-disk.ts';
import { until } from './until.ts';
import { makeWorld, type World } from './world.ts';

/** What came of one fault. */
export interface DrilledRow {
  readonly name: string;
  readonly fault: string;
  readonly outcome: 'kept' | 'broken' | 'not run';
  /** What was seen, or what is wrong. */
  readonly text: string;
  readonly ms: number;
  /** The ledger after the row, over everything that was accepted in its world so far. */
  readonly ledger: Judgement | null;
}

export interface DrillReport {
  readonly isSimulation: true;
  readonly rows: readonly DrilledRow[];
  readonly kept: number;
  readonly broken: number;
  readonly notRun: number;
}

export interface DrillOptions {
  /** An empty directory for the worlds; everything below it is removed again. */
  readonly directory: string;
  /** Program and first arguments that run `orc`. */
  readonly orc: readonly string[];
  /** Names of rows; all when empty. */
  readonly only?: readonly string[];
  readonly onRow?: (row: DrilledRow) => void;
}

const SETTLE_MS = 5_000;

/**
 * Injects every fault into a throwaway orc with simulated agents, one after another, and checks the promise on
 * the ledger after each. A row that fails does not stop the others.
 *
 * @throws ORC_DRILL_UNKNOWN_ROW
 */
export async function runDrill({ directory, orc, only = [], onRow }: DrillOptions): Promise<DrillReport> {
  const rows: DrilledRow[] = [];
  const report = (row: DrilledRow) => {
    rows.push(row);
    onRow?.(row);
  };
  for (const group of chooseRows(only)) {
    const hindrance = group.hindrance?.();
    if (hindrance === undefined)
      await runGroup(group, { directory: join(directory, group.name), orc, report });
    else for (const row of group.rows) report(notRun(row, hindrance));
  }
  if (only.length === 0)
    for (const row of notBuilt)
      report(notRun(row, 'the store is SQLite alone; there is nothing to inject it into'));
  const count = (outcome: DrilledRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  return { isSimulation: true, rows, kept: count('kept'), broken: count('broken'), notRun: count('not run') };
}

function notRun({ name, fault }: Pick<Row, 'name' | 'fault'>, why: string): DrilledRow {
  return { name, fault, outcome: 'not run', text: why, ms: 0, ledger: null };
}

interface GroupRun {
  readonly directory: string;
  readonly orc: readonly string[];
  readonly report: (row: DrilledRow) => void;
}

async function runGroup(group: Group, { directory, orc, report }: GroupRun): Promise<void> {
  let world: World;
  try {
    world = await openGroup(group, { directory, orc });
  } catch (error) {
    const text = `its world could not be made: ${describeError(error)}`;
    for (const { name, fault } of group.rows)
      report({ name, fault, outcome: 'broken', text, ms: 0, ledger: null });
    return;
  }
  try {
    for (const row of group.rows) report(await drillRow(row, world));
  } finally {
    await world[Symbol.asyncDispose]();
  }
}

/** The world that the rows of a group share, with its team at work. */
export async function openGroup(
  group: Group,
  { directory, orc }: { readonly directory: string; readonly orc: readonly string[] },
): Promise<World> {
  const disk = group.isOnSmallDisk ? await mountSmallDisk(join(directory, 'o')) : undefined;
  const open = async () => {
    const world = await makeWorld({
      directory,
      orc,
      ...group.options,
      environment: group.environment?.(directory) ?? {},
      ...(disk && { beforeRemoval: () => disk[Symbol.asyncDispose]() }),
    });
    try {
      await world.up();
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  };
  try {
    return await open();
  } catch (error) {
    await disk?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs one row in its world and judges the ledger. Never throws: what went wrong is the outcome. */
export async function drillRow(row: Row, world: World): Promise<DrilledRow> {
  const { name, fault } = row;
  const startedAt = performance.now();
  const done = (outcome: 'kept' | 'broken', text: string, ledger: Judgement | null): DrilledRow => ({
    name,
    fault,
    outcome,
    text,
    ms: Math.round(performance.now() - startedAt),
    ledger,
  });
  let text: string;
  try {
    text = await row.run(world);
  } catch (error) {
    return done('broken', describeError(error), await world.judge().catch(() => null));
  }
  const ledger = await settle(world);
  return ledger.problems.length === 0
    ? done('kept', text, ledger)
    : done('broken', ledger.problems.join('; '), ledger);
}

/** A death is told to the sender a moment after it happened; what is wrong for longer than that is wrong. */
async function settle(world: World): Promise<Judgement> {
  let last = await world.judge();
  await until(
    async () => {
      last = await world.judge();
      return last.problems.length === 0;
    },
    { what: 'the ledger being in order', timeoutMs: SETTLE_MS },
  ).catch(() => undefined);
  return last;
}
