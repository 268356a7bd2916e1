import type { Database } from '@orc/sqlite';

type Cell = string | number | null;
type Row = Record<string, Cell>;
export type ColumnKind = 'plain' | 'json' | 'boolean';

/** Moves records of one type in and out of one table. Keys are camelCase, columns snake_case. */
export interface Table<Value extends object> {
  /** Writes the whole record; a row with the same key is overwritten, except for the `keep` columns. */
  put(value: Value): void;
  /** Writes only these keys. Returns false when there is no such row. */
  patch(key: string, values: Partial<Value>): boolean;
  /** Reads rows by what follows `WHERE`. */
  select(where: string, ...parameters: Cell[]): Value[];
}

export interface TableOptions<Value extends object> {
  readonly name: string;
  readonly key: keyof Value & string;
  /** Every key of the record, and how its column holds it. */
  readonly columns: { readonly [Key in keyof Required<Value> & string]: ColumnKind };
  /** Keys that only the first `put` sets. */
  readonly keep: readonly (keyof Value & string)[];
}

export function createTable<Value extends object>(
  database: Database,
  options: TableOptions<Value>,
): Table<Value> {
  const { name, key, columns, keep } = options;
  const keys = Object.keys(columns) as (keyof Value & string)[];
  // A daemon asks the same few questions all day; compiling one takes longer than answering it.
  const compile = <Parameters extends unknown[], Result>(sql: string) =>
    database.prepare<Parameters, Result>(sql);
  const compiled = new Map<string, unknown>();
  const prepare = <Parameters extends unknown[], Result = unknown>(sql: string) => {
    const statement = compiled.get(sql) ?? compile(sql);
    compiled.set(sql, statement);
    return statement as ReturnType<typeof compile<Parameters, Result>>;
  };
  const overwritten = keys.filter((each) => each !== key && !keep.includes(each));
  const put = prepare<[Row]>(
    `INSERT INTO ${name} (${keys.map(columnOf).join(', ')}) VALUES (${keys.map((each) => `@${each}`).join(', ')})
     ON CONFLICT (${columnOf(key)}) DO UPDATE SET ${overwritten.map((each) => `${columnOf(each)} = excluded.${columnOf(each)}`).join(', ')}`,
  );
  const encode = (values: Partial<Value>): Row =>
    Object.fromEntries(
      keys.filter((each) => each in values).map((each) => [each, toCell(values[each], columns[each])]),
    );
  const decode = (row: Row): Value =>
    Object.fromEntries(
      keys.map((each) => [each, fromCell(row[columnOf(each)] ?? null, columns[each])]),
    ) as Value;
  return {
    put: (value) => void put.run(encode(value)),
    patch(value, values) {
      const row = encode(values);
      const names = Object.keys(row);
      if (names.length === 0)
        return prepare(`SELECT 1 FROM ${name} WHERE ${columnOf(key)} = ?`).get(value) !== undefined;
      const assignments = names.map((each) => `${columnOf(each)} = @${each}`).join(', ');
      const update = prepare<[Row]>(`UPDATE ${name} SET ${assignments} WHERE ${columnOf(key)} = @_key`);
      return update.run({ ...row, _key: value }).changes > 0;
    },
    select: (where, ...parameters) =>
      prepare<Cell[], Row>(`SELECT * FROM ${name} WHERE ${where}`)
        .all(...parameters)
        .map(decode),
  };
}

function columnOf(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toCell(value: unknown, kind: ColumnKind): Cell {
  if (kind === 'json') return JSON.stringify(value);
  if (kind === 'boolean') return value === true ? 1 : 0;
  return value as Cell;
}

function fromCell(cell: Cell, kind: ColumnKind): unknown {
  if (kind === 'json') return JSON.parse(cell as string) as unknown;
  return kind === 'boolean' ? cell === 1 : cell;
}
