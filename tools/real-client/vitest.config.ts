import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../vitest.base.ts';

export default mergeConfig(
  base,
  defineConfig({ test: { name: '@orc/real-client', testTimeout: 180_000, hookTimeout: 300_000 } }),
);
