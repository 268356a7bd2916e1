import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../../../vitest.base.ts';

/** Test files that leave something behind on purpose; started by leak-check.test.ts. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  defineConfig({ test: { root: join(import.meta.dirname, '..', '..'), include: ['test/leaks/*.leak.ts'] } }),
);
