import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projects, root } from './workspace.ts';

// Each file is written into a real package, linted with the real configuration, and removed. Its name starts
// with a dot and stands in .gitignore and in the ignores of every tool, so no other check ever sees it.
const planted: Readonly<Record<string, readonly string[]>> = {
  'packages/registry/src/.planted-library.ts': [
    `import { openQueue } from '@orc/queue';`,
    `import { main } from '../../../apps/cli/src/main.ts';`,
    `import { openQueue as relative } from '../../message-queue/src/index.ts';`,
    `import yargs from 'yargs';`,
    `import Sqlite from 'better-sqlite3';`,
    `import { makeTempDirectory } from '@orc/testing';`,
    `import { env } from 'node:process';`,
    `console.log(openQueue, main, relative, yargs, Sqlite, makeTempDirectory, env);`,
    `process.exit(1);`,
    `export const home = process.env['HOME'];`,
    `export * from './index.ts';`,
    `export default home;`,
  ],
  'packages/sqlite/src/.planted-foundation.ts': [
    `import { openQueue } from '@orc/queue';`,
    `import { describeError } from '@orc/errors';`,
    `export const used = [openQueue, describeError];`,
  ],
  'packages/registry/src/.planted-mock.test.ts': [
    `import { vi } from 'vitest';`,
    `vi.mock('./index.ts');`,
    `vi.doMock('./index.ts');`,
    `console.log('from a test');`,
  ],
  'apps/cli/src/.planted-app.ts': [
    `import { describeError } from '@orc/errors';`,
    `console.log(describeError(process.env['HOME']));`,
    `process.exit(1);`,
    `export * from './main.ts';`,
  ],
};

const boundaries = '@nx/enforce-module-boundaries';

interface Report {
  readonly filePath: string;
  readonly messages: readonly {
    readonly ruleId: string | null;
    readonly line: number;
    readonly message: string;
  }[];
}

let reports: readonly Report[] = [];

function removePlanted(): void {
  for (const { path } of projects) {
    const folder = join(root, path, 'src');
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder).filter((entry) => entry.startsWith('.planted-')))
      rmSync(join(folder, name));
  }
}

function run(program: string, args: readonly string[]): string {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.stdout === '') throw new Error(`${program} said nothing: ${result.stderr}`);
  // Without a project graph the boundary rule is skipped, and nothing else tells.
  expect(result.stderr).not.toContain('will be skipped');
  return result.stdout;
}

/** The rules that are broken in one line, counted from 1. */
function brokenIn(file: string, line: number): (string | null)[] {
  const report = reports.find((one) => one.filePath === join(root, file));
  if (!report) throw new Error(`${file} was not linted`);
  return report.messages.filter((message) => message.line === line).map((message) => message.ruleId);
}

beforeAll(() => {
  removePlanted();
  run('nx/dist/bin/nx.js', ['graph', `--file=${join(root, '.nx', 'planted-graph.json')}`]);
  for (const [file, lines] of Object.entries(planted))
    writeFileSync(join(root, file), `${lines.join('\n')}\n`);
  try {
    const files = Object.keys(planted);
    reports = JSON.parse(run('eslint/bin/eslint.js', ['--no-ignore', '--format=json', ...files])) as Report[];
  } finally {
    removePlanted();
  }
}, 120_000);

afterAll(removePlanted);

describe('a library', () => {
  const file = 'packages/registry/src/.planted-library.ts';

  it.each([
    [1, 'another library'],
    [2, 'an app'],
    [3, 'a relative path into another package'],
    [4, 'yargs'],
    [5, 'the driver of SQLite, past @orc/sqlite'],
  ])('may not import, in line %i, %s', (line) => {
    expect(brokenIn(file, line)).toContain(boundaries);
  });

  it.each([
    [6, 'no-restricted-imports', 'test code'],
    [7, 'no-restricted-imports', 'the process by another name'],
    [8, 'no-console', 'the console'],
    [9, 'no-restricted-properties', 'process.exit'],
    [10, 'no-restricted-properties', 'process.env'],
    [11, 'no-restricted-syntax', 'export *'],
    [12, 'no-restricted-syntax', 'a default export'],
  ])('may not use, in line %i, what %s refuses: %s', (line, rule) => {
    expect(brokenIn(file, line)).toContain(rule);
  });
});

describe('a foundation package', () => {
  it('may not import a library', () => {
    expect(brokenIn('packages/sqlite/src/.planted-foundation.ts', 1)).toContain(boundaries);
  });

  it('may import another foundation package', () => {
    expect(brokenIn('packages/sqlite/src/.planted-foundation.ts', 2)).not.toContain(boundaries);
  });
});

describe('a test', () => {
  it.each([2, 3])('may not mock a module (line %i)', (line) => {
    expect(brokenIn('packages/registry/src/.planted-mock.test.ts', line)).toContain(
      'no-restricted-properties',
    );
  });

  it('prints nothing', () => {
    expect(brokenIn('packages/registry/src/.planted-mock.test.ts', 4)).toContain('no-console');
  });
});

describe('an app', () => {
  const file = 'apps/cli/src/.planted-app.ts';

  it('may print, read the environment, end the process and import the foundation', () => {
    const broken = [1, 2, 3].flatMap((line) => brokenIn(file, line));
    for (const rule of [boundaries, 'no-console', 'no-restricted-properties'])
      expect(broken).not.toContain(rule);
  });

  it('names its exports', () => {
    expect(brokenIn(file, 4)).toContain('no-restricted-syntax');
  });
});

describe('the planted files', () => {
  it('are gone', () => {
    expect(Object.keys(planted).filter((file) => existsSync(join(root, file)))).toEqual([]);
  });
});
