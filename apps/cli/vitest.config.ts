import { defineConfig, mergeConfig } from 'vitest/config';
import { base } from '../../vitest.base.ts';

// Each of these tests runs a whole team; two teams at a time would only wait for each other.
const test = { name: '@orc/cli', maxWorkers: 1, testTimeout: 120_000, hookTimeout: 120_000 };

export default mergeConfig(base, defineConfig({ test }));
