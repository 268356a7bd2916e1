import type { Options } from 'tsup';

/** How every library is built: one ESM file with types, for Node 20. */
export const library: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  clean: true,
  // tsup sets `baseUrl` itself, which TypeScript 6 reports as deprecated and stops on.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
};
