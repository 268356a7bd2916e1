import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { decide, readStamp, takeStamp } from './stamp.mjs';

const now = { install: 'i1', build: 'b1' };
const before = { ...now, outputs: ['packages/a/dist'] };
const always = () => true;

describe('decide', () => {
  it('does nothing when nothing changed', () => {
    expect(decide(before, now, always)).toEqual({ install: false, build: false });
  });

  it('does everything the first time, and where changes cannot be seen', () => {
    expect(decide(undefined, now, always)).toEqual({ install: true, build: true });
    expect(decide(before, undefined, always)).toEqual({ install: true, build: true });
  });

  it('builds and does not install when only sources changed', () => {
    expect(decide(before, { ...now, build: 'b2' }, always)).toEqual({ install: false, build: true });
  });

  it('does both when what is installed changed', () => {
    expect(decide(before, { ...now, install: 'i2' }, always)).toEqual({ install: true, build: true });
  });

  it.each([
    ['node_modules/.modules.yaml', { install: true, build: true }],
    ['packages/a/dist', { install: false, build: true }],
  ])('makes %s again when it is gone', (gone, todo) => {
    expect(decide(before, now, (path) => path !== gone)).toEqual(todo);
  });
});

describe('takeStamp', () => {
  const files = {
    'package.json': '{}',
    'pnpm-lock.yaml': 'lock',
    '.gitignore': 'dist',
    'packages/a/src/index.ts': 'export {};',
    'packages/a/src/index.test.ts': 'test',
    'packages/a/README.md': '# a',
  };

  function makeCheckout() {
    const repository = makeGitRepository({ empty: true });
    repository.commit(files);
    const change = (file: string, text = 'changed') => {
      writeFileSync(join(repository.path, file), text);
      return takeStamp(repository.path);
    };
    return { path: repository.path, change, first: takeStamp(repository.path) };
  }

  it('is the same as long as nothing changes', () => {
    const { path, first } = makeCheckout();
    expect(takeStamp(path)).toEqual(first);
  });

  it('sees a source that was changed, added, touched or deleted, and asks for a build only', () => {
    const { path, change, first } = makeCheckout();
    const source = 'packages/a/src/index.ts';
    const edited = change(source);
    const added = change('packages/a/src/more.ts');
    utimesSync(join(path, source), 1, 1);
    const touched = takeStamp(path);
    rmSync(join(path, source));
    const deleted = takeStamp(path);
    const stamps = [first, edited, added, touched, deleted];
    expect(new Set(stamps.map((stamp) => stamp?.build)).size).toBe(5);
    expect(new Set(stamps.map((stamp) => stamp?.install)).size).toBe(1);
  });

  it.each(['package.json', 'pnpm-lock.yaml'])('asks for an installation when %s changes', (file) => {
    const { change, first } = makeCheckout();
    expect(change(file)?.install).not.toBe(first?.install);
  });

  it.each(['packages/a/README.md', 'packages/a/src/index.test.ts'])('does not care about %s', (file) => {
    const { change, first } = makeCheckout();
    expect(change(file)).toEqual(first);
  });

  it('does not care about what git ignores', () => {
    const { change, first } = makeCheckout();
    expect(change('dist')).toEqual(first);
  });

  it('knows nothing outside a checkout', () => {
    expect(takeStamp(makeTempDirectory())).toBeUndefined();
  });
});

describe('readStamp', () => {
  it('takes a missing and a broken stamp for none', () => {
    const path = join(makeTempDirectory(), 'stamp.json');
    expect(readStamp(path)).toBeUndefined();
    writeFileSync(path, '{"install":');
    expect(readStamp(path)).toBeUndefined();
    writeFileSync(path, JSON.stringify(before));
    expect(readStamp(path)).toEqual(before);
  });
});
