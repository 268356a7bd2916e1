import { chmodSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { findProgram } from './find-program.ts';

function makePrograms() {
  const directory = realpathSync(makeTempDirectory());
  const make = (name: string, mode: number) => {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), '#!/bin/sh\n');
    chmodSync(join(directory, name), mode);
  };
  make('one/claude', 0o644);
  make('two/claude', 0o755);
  mkdirSync(join(directory, 'three', 'claude'), { recursive: true });
  return { directory, path: ['three', 'one', 'two', 'none'].map((each) => join(directory, each)).join(':') };
}

it('takes the first file on PATH that may be run', () => {
  const { directory, path } = makePrograms();
  expect(findProgram('claude', path)).toBe(join(directory, 'two', 'claude'));
});

it('takes a path as it is, and PATH is not asked', () => {
  const { directory } = makePrograms();
  expect(findProgram(join(directory, 'two', 'claude'), '')).toBe(join(directory, 'two', 'claude'));
});

it.each(['no-such-program', './claude', ''])('refuses %j, which nobody can run', (name) => {
  const { path } = makePrograms();
  expect(() => findProgram(name, path)).toThrow(expect.objectContaining({ code: 'ORC_CLI_NO_PROGRAM' }));
});
