import { errors } from './errors.ts';
import type { Group, Row } from './row.ts';
import { abuse } from './rows/abuse.ts';
import { clock } from './rows/clock.ts';
import { crashes } from './rows/crashes.ts';
import { database, disk } from './rows/database.ts';
import { dialogs } from './rows/dialogs.ts';
import { panes } from './rows/panes.ts';

/** Every fault that is drilled; the rows of a group share one world. */
export const groups: readonly Group[] = [crashes, panes, dialogs, database, disk, clock, abuse];

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
