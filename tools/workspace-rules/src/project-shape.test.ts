import { describe, expect, it } from 'vitest';
import { projects, readText, type Project } from './workspace.ts';

const LINES_MAX = 120;
const layerOf: Record<string, readonly string[]> = {
  packages: ['layer:foundation', 'layer:library', 'layer:testing'],
  apps: ['layer:app'],
  tools: ['layer:tool'],
};

const libraryExports = {
  '.': { '@orc/source': './src/index.ts', types: './dist/index.d.ts', import: './dist/index.js' },
  './package.json': './package.json',
};

describe.each(projects.map((project) => [project.path, project] as const))('%s', (_path, project) => {
  const { manifest, files, group } = project;

  it('has the files that every project has', () => {
    const wanted = ['README.md', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
    if (group !== 'tools') wanted.push('tsup.config.ts');
    if (group === 'packages') wanted.push('src/index.ts');
    expect(
      wanted.filter((file) => !files.includes(file)),
      'these files are missing',
    ).toEqual([]);
  });

  it('says what it is, and is in exactly one layer', () => {
    expect(manifest).toMatchObject({ license: 'MIT', type: 'module', private: true });
    expect(manifest.name).toMatch(/^@orc\/[a-z]+(-[a-z]+)*$/);
    expect(manifest.description).toMatch(/^[A-Za-z].*\.$/);
    const layers = (manifest.nx?.tags ?? []).filter((tag) => tag.startsWith('layer:'));
    expect(layers).toHaveLength(1);
    expect(layerOf[group]).toContain(layers[0]);
  });

  it('is checked by the same words as every other one', () => {
    const { scripts = {} } = manifest;
    expect(scripts['test']).toMatch(/^vitest run/);
    if (group !== 'tools') expect(scripts).toMatchObject({ build: 'tsup' });
    expect(readText(`${project.path}/tsconfig.json`)).toContain('"extends": "../../tsconfig.base.json"');
    if (files.includes('vitest.config.ts'))
      expect(readText(`${project.path}/vitest.config.ts`)).toContain("from '../../vitest.base.ts'");
  });

  it('has tests, and none of them is skipped or run alone', () => {
    const tests = files.filter((file) => file.endsWith('.test.ts'));
    expect(tests).not.toEqual([]);
    const left = tests.filter((file) =>
      /\b(it|test|describe)\.(skip|only|todo)\b/.test(readText(`${project.path}/${file}`)),
    );
    expect(left, 'these test files skip something, or run one test alone').toEqual([]);
  });

  it(`has a README of at most ${LINES_MAX} lines`, () => {
    expect(readme(project).split('\n').length - 1).toBeLessThanOrEqual(LINES_MAX);
    expect(readme(project)).toMatch(/^# \S/);
  });

  if (group === 'packages') {
    it('exports its index and nothing behind it', () => {
      expect(manifest.exports).toEqual(libraryExports);
      expect(manifest.files).toContain('dist');
    });

    it('names each of its exports, and has no logic in the index', () => {
      const index = readText(`${project.path}/src/index.ts`).replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');
      const statements = index.split(';').map((statement) => statement.trim());
      const others = statements.filter(
        (statement) =>
          statement !== '' &&
          !/^export (type )?(\{[^*]+\}|\* as \w+) from '\.\/[\w./-]+\.ts'$/s.test(statement),
      );
      expect(others, "only `export { name } from './file.ts'` belongs there").toEqual([]);
      expect(
        statements.filter((statement) => statement !== ''),
        'it exports nothing',
      ).not.toEqual([]);
    });

    it('has an example in its README that is run', () => {
      expect(readme(project)).toContain('\n```ts example\n');
    });
  }
});

function readme(project: Project): string {
  return project.files.includes('README.md') ? readText(`${project.path}/README.md`) : '';
}
