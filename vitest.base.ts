import { join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';

// Neighbours are read from their sources, so a test needs no build of what it imports.
const conditions = ['@orc/source', 'module', 'node', 'development|production'];

export const base: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: [join(import.meta.dirname, 'packages/testing/src/leak-check.ts')],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Nx asks every program for colours; what tests compare is text.
    env: { FORCE_COLOR: '0' },
    // What a test starts keeps more than a core busy, and a small machine has two.
    maxWorkers: 1,
    // The gate adds these up; see tools/workspace-rules.
    reporters: ['default', 'json'],
    outputFile: { json: '.vitest/results.json' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary'],
    },
  },
};
