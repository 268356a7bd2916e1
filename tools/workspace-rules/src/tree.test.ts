import { describe, expect, it } from 'vitest';
import { files } from './workspace.ts';

/** All that may lie at the root: folders, and the files that tools look for there. */
const atRoot = [
  ...['.ci', 'apps', 'docs', 'packages', 'tools'],
  ...['LICENSE', 'README.md', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'],
  ...[
    'nx.json',
    'tsconfig.base.json',
    'tsconfig.json',
    'tsup.base.ts',
    'vitest.base.ts',
    'eslint.config.mjs',
    'knip.json',
  ],
  ...['.editorconfig', '.gitignore', '.prettierignore', '.prettierrc.json'],
];

/** A fixture may be called after anything, also after a draft. */
const sources = files.filter((file) => !/(^|\/)fixtures\//.test(file));

const basename = (file: string) => file.split('/').at(-1) ?? '';

describe('the tree', () => {
  it('has nothing at its root but what belongs there', () => {
    const found = [...new Set(files.map((file) => file.split('/')[0] ?? ''))];
    expect(found.filter((name) => !atRoot.includes(name))).toEqual([]);
  });

  it('keeps no versions by file name: git is the history', () => {
    const version =
      /[-_.](v\d+|old|new|backup|bak|copy|fixed|enhanced|final|orig|original|tmp|temp|wip|draft)(\.[a-z]+)*$/i;
    expect(sources.filter((file) => version.test(basename(file)))).toEqual([]);
  });

  it('has no drawer for everything: a file is called after its subject', () => {
    const drawer = /(^|\/)(utils?|helpers?|common|core|misc|shared|stuff)(\/|\.[a-z]+$)/;
    expect(files.filter((file) => drawer.test(file))).toEqual([]);
  });

  it('calls source files in lower case with dashes', () => {
    const programs = sources.filter((file) => /\.(ts|mjs|cjs|js)$/.test(file));
    expect(programs.filter((file) => !/^\.?[a-z0-9]+([-.][a-z0-9]+)*$/.test(basename(file)))).toEqual([]);
  });

  it('keeps documents where they are looked for: README.md of a project, and docs', () => {
    const documents = files.filter((file) => file.endsWith('.md'));
    const placed = /^(README\.md|(packages|apps|tools)\/[^/]+\/README\.md|docs\/.+)$/;
    // Texts that a program reads or compares are data.
    const data = /^(packages|apps|tools)\/[^/]+\/(.*\/)?(data|templates|fixtures|test)\//;
    expect(documents.filter((file) => !placed.test(file) && !data.test(file))).toEqual([]);
  });

  it('holds no state of a running program', () => {
    const state = /\.(db|db-wal|db-shm|sqlite|log|pid|lock|sock)$/;
    expect(files.filter((file) => state.test(file))).toEqual([]);
  });
});
