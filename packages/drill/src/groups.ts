import { errors } from './errors.ts';
import { quickConfig, type Group, type Row } from './row.ts';
import { abuseRows } from './rows/abuse.ts';
import { clock } from './rows/clock.ts';
import { crashRows } from './rows/crashes.ts';
import { databaseRows, disk } from './rows/database.ts';
import { dialogs } from './rows/dialogs.ts';
import { panes } from './rows/panes.ts';

/** Few enough that a flood is refused while it lasts, and that what was accepted is read soon after. */
const DEPTH_MAX = 50;

/** What ends processes, hurts the database or abuses the API can all be done to one team. */
const trouble: Group = {
  name: 'trouble',
  options: {
    config: { ...quickConfig, queue: { ...quickConfig.queue, depthMax: DEPTH_MAX } },
    roles: ['developer'],
  },
  rows: [...crashRows, ...databaseRows, ...abuseRows],
};

/** Every fault that is drilled; the rows of a group share one world. */
export const groups: readonly Group[] = [trouble, panes, dialogs, disk, clock];

/** Faults of the design that cannot be injected, because what they hit is not built. */
export const notBuilt: readonly Pick<Row, 'name' | 'fault'>[] = [
  { name: 'postgres-gone', fault: 'Postgres gone for a minute' },
];

export const rowNames: readonly string[] = groups.flatMap(({ rows }) => rows.map(({ name }) => name));

/** Only these rows, each in its group; all when none is named. @throws ORC_DRILL_UNKNOWN_ROW */
export function chooseRows(names: readonly string[]): Group[] {
  const unknown = names.find((name) => !rowNames.includes(name));
  if (unknown !== undefined) throw errors.unknownRow(unknown, rowNames);
  if (names.length === 0) return [...groups];
  return groups
    .map((group) => ({ ...group, rows: group.rows.filter(({ name }) => names.includes(name)) }))
    .filter(({ rows }) => rows.length > 0);
}
