import { translating, type Database } from '@orc/sqlite';
import type { QueueSettings } from './config.ts';
import { errors } from './errors.ts';

type Value = string | number | null;

/** A statement that is compiled at its first use: a hook that only leases compiles nothing else. */
export interface Statement<Row> {
  readonly run: (...values: readonly Value[]) => {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  readonly get: (...values: readonly Value[]) => Row | undefined;
  readonly all: (...values: readonly Value[]) => Row[];
}

/**
 * `on-disk`: the call returns when a power cut cannot undo it. `handed-over`: it survives the end of the process, but a
 * power cut may undo it. That is right for a delivery on its way: whoever took the message ended in the same moment,
 * so the message is queued again either way, and the wait for the disk is saved.
 */
export type Durability = 'on-disk' | 'handed-over';

/** The open file with everything that the parts of the queue share: statements, transactions, time. */
export interface Ledger {
  readonly path: string;
  readonly database: Database;
  readonly settings: QueueSettings;
  /** Whole milliseconds since 1970, UTC. */
  readonly now: () => number;
  readonly statement: <Row>(sql: string) => Statement<Row>;
  /** For one statement that changes nothing; no writer waits for it. */
  readonly read: <Result>(action: () => Result) => Result;
  /** For several statements that must see the same picture of the file. */
  readonly snapshot: <Result>(action: () => Result) => Result;
  /** One transaction: all of it or, when `action` throws, nothing. */
  readonly write: <Result>(action: () => Result, durability?: Durability) => Result;
  /** Called after each commit of this connection. */
  readonly onCommit: (listener: () => void) => Disposable;
}

export function createLedger(database: Database, settings: QueueSettings, clock: { now(): number }): Ledger {
  const path = database.name;
  // With the default of 1000 pages every hundredth call would stop to tidy up; the log may grow to 16 MB instead.
  database.pragma('wal_autocheckpoint = 4000');
  const listeners = new Set<() => void>();
  const transaction = database.transaction((action: () => unknown) => action());

  const guard = <Result>(action: () => Result): Result => {
    if (!database.open) throw errors.closed(path);
    return translating(path, action);
  };

  const commit = (action: () => unknown, durability: Durability): unknown => {
    if (durability === 'on-disk') return transaction.immediate(action);
    database.exec('PRAGMA synchronous = NORMAL');
    try {
      return transaction.immediate(action);
    } finally {
      database.exec('PRAGMA synchronous = FULL');
    }
  };

  return {
    path,
    database,
    settings,
    now: () => Math.floor(clock.now()),
    statement: (sql) => compileOnUse(database, sql),
    read: guard,
    snapshot: <Result>(action: () => Result) => guard(() => transaction.deferred(action) as Result),
    write<Result>(action: () => Result, durability: Durability = 'on-disk') {
      const result = guard(() => commit(action, durability) as Result);
      for (const listener of listeners) listener();
      return result;
    },
    onCommit(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}

function compileOnUse<Row>(database: Database, sql: string): Statement<Row> {
  const compile = () => database.prepare<Value[], Row>(sql);
  let compiled: ReturnType<typeof compile> | undefined;
  return {
    run: (...values) => (compiled ??= compile()).run(...values),
    get: (...values) => (compiled ??= compile()).get(...values),
    all: (...values) => (compiled ??= compile()).all(...values),
  };
}
