import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { ensureTokenFile } from './auth.ts';

it('makes a token once, for its owner only', () => {
  const path = join(makeTempDirectory(), 'token');
  const token = ensureTokenFile(path);
  expect(token).toHaveLength(32);
  expect(ensureTokenFile(path)).toBe(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(path))).toEqual(['token']);
});

it.each(['', '\n'])('makes one in the place of a file that holds none: %j', (nothing) => {
  const path = join(makeTempDirectory(), 'token');
  writeFileSync(path, nothing, { mode: 0o644 });
  const token = ensureTokenFile(path);
  expect(token).toHaveLength(32);
  expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
