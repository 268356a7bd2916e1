import type { Database } from '@orc/sqlite';
import { z } from 'zod';
import { check, json } from './records.ts';

export interface Values {
  /** What was set last under this key, or `undefined` when nothing was. */
  getValue(key: string): unknown;
  /** Keeps any JSON value, such as how far a log was read. @throws ORC_REGISTRY_INVALID */
  setValue(key: string, value: unknown): void;
}

const entrySchema = z.strictObject({ key: z.string().min(1), value: json });

export function createValues(database: Database): Values {
  const select = database.prepare<[string], { value: string }>(
    'SELECT value FROM registry_values WHERE key = ?',
  );
  const put = database.prepare('INSERT OR REPLACE INTO registry_values (key, value) VALUES (?, ?)');
  return {
    getValue(key) {
      const row = select.get(key);
      return row && (JSON.parse(row.value) as unknown);
    },
    setValue(key, value) {
      check(entrySchema, 'value', { key, value });
      put.run(key, JSON.stringify(value));
    },
  };
}
