import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../vitest.base.ts';

const minutes = 60_000;

/** Downloads and compiles everything, so it is no part of the gate: `pnpm test:fresh`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], reporters: [] } },
  defineConfig({
    test: {
      name: 'fresh clone',
      include: ['test/*.fresh.ts'],
      testTimeout: 20 * minutes,
      hookTimeout: 5 * minutes,
      reporters: ['verbose'],
    },
  }),
);
