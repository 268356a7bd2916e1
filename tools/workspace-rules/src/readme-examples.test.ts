import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { files, readText, root } from './workspace.ts';

const MINUTE = 60_000;
const loader = createRequire(import.meta.url).resolve('tsx');

interface Example {
  /** Where it stands, such as `packages/errors/README.md:6`. */
  readonly place: string;
  /** Where it is run: the folder of its project, or the root. */
  readonly folder: string;
  readonly line: number;
  readonly text: string;
}

const documents = files.filter(
  (file) => /(^|\/)README\.md$|^docs\/.*\.md$/.test(file) && !/(^|\/)fixtures\//.test(file),
);

/** The fenced blocks whose info string is `<language> example`. */
function findExamples(document: string, language: string): Example[] {
  const text = readText(document);
  const folder = join(root, document.startsWith('docs/') ? '.' : dirname(document));
  return [...text.matchAll(new RegExp(`^\`\`\`${language} example\\n(.*?)^\`\`\`$`, 'gms'))].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return { place: `${document}:${line}`, folder, line, text: match[1] ?? '' };
  });
}

/** A home and an ORC_HOME of its own, so that no example ever touches the user's. */
function makeEnvironment(): NodeJS.ProcessEnv {
  const home = makeTempDirectory('orc-ex');
  const state = join(home, '.orc');
  mkdirSync(state, { mode: 0o700 });
  const bin = join(root, 'node_modules', '.bin');
  return {
    ...process.env,
    HOME: home,
    TMPDIR: home,
    ORC_HOME: state,
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
  };
}

function execute(command: readonly string[], cwd: string): { status: number | null; output: string } {
  const [file = '', ...args] = command;
  const options = { cwd, env: makeEnvironment(), encoding: 'utf8', timeout: 5 * MINUTE } as const;
  const { status, stdout, stderr, error } = spawnSync(file, args, options);
  return { status, output: [stdout, stderr, error?.message ?? ''].join('\n').trim() };
}

const programs = documents.flatMap((document) => findExamples(document, 'ts'));

describe('the examples in documents', () => {
  it.each(programs)(
    '$place runs',
    ({ place, folder, line, text }) => {
      // It must lie inside the package to import what the package imports, and itself by its own name.
      const file = join(folder, `.example-${line}.ts`);
      onTeardown(() => rmSync(file, { force: true }));
      writeFileSync(file, text);
      const command = [process.execPath, '--conditions=@orc/source', '--import', loader, file];
      const { status, output } = execute(command, folder);
      expect(status, `${place} failed:\n${output}`).toBe(0);
    },
    MINUTE,
  );

  it('leave no file behind', () => {
    const names = programs.flatMap(({ folder }) => readdirSync(folder));
    expect(names.filter((name) => name.startsWith('.example-'))).toEqual([]);
  });

  // The commands of one document are one session: what one block makes, the next one uses.
  const sessions = documents
    .map((document) => findExamples(document, 'sh'))
    .filter((examples) => examples.length > 0)
    .map((examples) => ({
      places: examples.map(({ place }) => place).join(', '),
      folder: examples[0]?.folder ?? root,
      text: examples.map(({ text }) => text).join('\n'),
    }));

  it.each(sessions)(
    '$places run',
    ({ places, folder, text }) => {
      const { status, output } = execute(['bash', '-euxo', 'pipefail', '-c', text], folder);
      expect(status, `${places} failed:\n${output}`).toBe(0);
    },
    6 * MINUTE,
  );
});
