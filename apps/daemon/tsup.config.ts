import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { main: 'src/main.ts' },
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  clean: true,
  // The libraries are bundled from their sources; packages with native parts stay outside.
  noExternal: [/^@orc\//],
  esbuildOptions(options) {
    options.conditions = ['@orc/source'];
  },
});
