import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, test } from 'vitest';
import { openSessionRecord } from './session-record.ts';

function makeRecord(name?: string) {
  const configDirectory = makeTempDirectory();
  let now = 1_000;
  const clock = { now: () => now };
  const record = openSessionRecord({
    configDirectory,
    pid: 4_242,
    sessionId: 's1',
    cwd: '/work/shop',
    name,
    clock,
  });
  const path = join(configDirectory, 'sessions', '4242.json');
  return {
    record,
    path,
    read: () => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>,
    passMs: (ms: number) => (now += ms),
  };
}

test('says what the client does and since when', () => {
  const { record, read, passMs } = makeRecord();
  expect(read()).toMatchObject({
    pid: 4_242,
    status: 'idle',
    name: 'shop-42',
    nameSource: 'derived',
    kind: 'interactive',
  });
  passMs(10);
  record.setStatus('waiting', 'permission prompt');
  expect(read()).toMatchObject({
    status: 'waiting',
    waitingFor: 'permission prompt',
    statusUpdatedAt: 1_010,
  });
  passMs(10);
  record.setStatus('waiting', 'permission prompt');
  expect(read()).toMatchObject({ statusUpdatedAt: 1_010 });
  record.setStatus('busy');
  expect(read()).toMatchObject({ status: 'busy', statusUpdatedAt: 1_020 });
  expect(read()).not.toHaveProperty('waitingFor');
});

test('follows the session over /clear, keeps the given name, and is its owner’s alone', () => {
  const { record, read, path } = makeRecord('lead');
  record.setSession('s2');
  expect(read()).toMatchObject({ sessionId: 's2', name: 'lead', nameSource: 'user' });
  expect(statSync(path).mode & 0o077).toBe(0);
  record.remove();
  expect(existsSync(path)).toBe(false);
});
