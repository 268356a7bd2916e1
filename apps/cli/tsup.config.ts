import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  noExternal: [/^@orc\//],
  esbuildOptions(options) {
    options.conditions = ['@orc/source'];
  },
};

/** Modules of the other bundle: loaded from their own file, when they are needed. */
const apart = ['parser', 'daemon-process'];

export default defineConfig([
  {
    ...shared,
    // What agents run all day: one CommonJS file, which Node starts in two thirds of the time of a module.
    entry: { main: 'src/main.ts' },
    format: ['cjs'],
    splitting: false,
    esbuildPlugins: [
      {
        name: 'apart',
        setup(build) {
          build.onResolve({ filter: new RegExp(`/(${apart.join('|')})\\.ts$`) }, ({ path }) => ({
            path: path.replace(/\.ts$/, '.js'),
            external: true,
          }));
        },
      },
    ],
  },
  {
    ...shared,
    // With the parser's library in it, whose many files would take as long to find as to run.
    entry: apart.map((name) => `src/${name}.ts`),
    format: ['esm'],
    splitting: true,
    // Both bundles are made at once; each removes its own files only.
    clean: ['!*.cjs', '!*.cjs.map'],
  },
]);
