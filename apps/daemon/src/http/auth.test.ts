import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { ensureTokenFile } from './auth.ts';

it('makes a token once, for its owner only', () => {
  const path = join(makeTempDirectory(), 'token');
  const token = ensureTokenFile(path);
  expect(token).toHaveLength(32);
  expect(ensureTokenFile(path)).toBe(token);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it.each(['', '\n'])('makes one in the place of a file that holds none: %j', (nothing) => {
  const path = join(makeTempDirectory(), 'token');
  writeFileSync(path, nothing, { mode: 0o644 });
  const token = ensureTokenFile(path);
  expect(token).toHaveLength(32);
  expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('takes up no half of a token, whatever a daemon has left that was killed', () => {
  const directory = makeTempDirectory();
  const path = join(directory, 'token');
  writeFileSync(`${path}.partial`, 'half', { mode: 0o600 });
  const token = ensureTokenFile(path);
  expect(token).toHaveLength(32);
  expect(readdirSync(directory)).toEqual(['token']);
  expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
});
