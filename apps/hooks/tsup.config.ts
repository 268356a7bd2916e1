import { defineConfig } from 'tsup';

export default defineConfig({
  // `hook` is what every tool call pays for; `fallback` is loaded only when no daemon answers; git runs `git-hook`.
  entry: { hook: 'src/hook.ts', fallback: 'src/fallback.ts', 'git-hook': 'src/git-hook.ts' },
  format: ['cjs'],
  target: 'node20',
  platform: 'node',
  minify: true,
  // The names never change, and a build must not take the program away from agents that run it.
  clean: false,
  splitting: false,
  noExternal: [/^@orc\//, 'zod'],
  esbuildOptions(options) {
    options.conditions = ['@orc/source'];
  },
  outExtension: () => ({ js: '.cjs' }),
});
