import type { ViteUserConfig } from 'vitest/config';

// Neighbours are read from their sources, so a test needs no build of what it imports.
const conditions = ['@orc/source', 'module', 'node', 'development|production'];

export const base: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary'],
    },
  },
};
