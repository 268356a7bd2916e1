import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../vitest.base.ts';

export default mergeConfig(
  base,
  defineConfig({ test: { name: '@orc/chaos', testTimeout: 600_000, hookTimeout: 600_000 } }),
);
