import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, describe, expect, it } from 'vitest';
import { projects, root, type Project } from './workspace.ts';

const MINUTE = 60_000;

// What a user of npm can get: the libraries, and the apps that bring commands.
const published = projects.filter(
  ({ group, manifest }) => group === 'packages' || (group === 'apps' && manifest.bin !== undefined),
);

interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
}

const directory = mkdtempSync(join(tmpdir(), 'orc-packed-'));
const packed = new Map<Project, Packed>();

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function pack(project: Project): Packed {
  const done = packed.get(project);
  if (done) return done;
  const said = execFileSync('pnpm', ['pack', '--json', '--pack-destination', directory], {
    cwd: join(root, project.path),
    encoding: 'utf8',
  });
  const { filename, files } = JSON.parse(said) as { filename: string; files: { path: string }[] };
  const result = { tarball: filename, files: files.map(({ path }) => path) };
  packed.set(project, result);
  return result;
}

describe('what npm would get', () => {
  it.each(published.map((project) => [project.name, project] as const))(
    'of %s has a sound shape, its README and no tests',
    async (_name, project) => {
      const { tarball, files } = pack(project);
      const { buffer, byteOffset, byteLength } = readFileSync(tarball);
      const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
      const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
      expect(messages.map((message) => formatMessage(message, pkg as never, { color: false }))).toEqual([]);
      expect(files).toContain('README.md');
      expect(files.filter((file) => /\.test\.|(^|\/)(test|fixtures)\//.test(file))).toEqual([]);
    },
    MINUTE,
  );

  it(
    'can be imported by plain Node, every library of it',
    () => {
      const modules = join(directory, 'node_modules');
      // @orc/testing runs inside a test runner only.
      const libraries = published.filter(
        ({ name, group }) => group === 'packages' && name !== '@orc/testing',
      );
      for (const library of libraries) {
        const target = join(modules, library.name);
        mkdirSync(target, { recursive: true });
        execFileSync('tar', ['xzf', pack(library).tarball, '--strip-components=1', '-C', target]);
        for (const name of Object.keys(library.manifest.dependencies ?? {}))
          linkOutside(modules, library, name);
      }
      const script = libraries.map(({ name }) => `await import('${name}');`).join('\n');
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: directory,
        stdio: 'pipe',
      });
    },
    2 * MINUTE,
  );
});

/** Links a dependency from elsewhere, as an installation would put it there. */
function linkOutside(modules: string, library: Project, name: string): void {
  const target = join(modules, name);
  if (name.startsWith('@orc/') || existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(root, library.path, 'node_modules', name), target);
}
