import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { readSessionRecord } from './session-record.ts';

// As a client of version 2.1.329 wrote it.
const recorded = {
  pid: 6155,
  sessionId: '5c24fd0c-81b7-4cbf-842d-86602215bb01',
  cwd: '/project',
  startedAt: 1_795_216_788_060,
  procStart: '167436',
  version: '2.1.329',
  kind: 'interactive',
  messagingSocketPath: '/tmp/cc-socks/6155.sock',
  name: 'project-45',
  status: 'idle',
  updatedAt: 1_795_216_898_401,
  statusUpdatedAt: 1_795_216_898_401,
};

function writeRecord(content: unknown, pid = 6155): string {
  const directory = makeTempDirectory();
  mkdirSync(join(directory, 'sessions'));
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(directory, 'sessions', `${pid}.json`), text);
  return directory;
}

describe('the session record', () => {
  it('says what the client is doing, and since when', () => {
    expect(readSessionRecord(writeRecord(recorded), 6155)).toEqual({
      status: 'idle',
      waitingFor: null,
      statusUpdatedAt: 1_795_216_898_401,
      sessionId: '5c24fd0c-81b7-4cbf-842d-86602215bb01',
    });
  });

  it('says what it waits for', () => {
    const record = { ...recorded, status: 'waiting', waitingFor: 'permission prompt' };
    expect(readSessionRecord(writeRecord(record), 6155)).toMatchObject({
      status: 'waiting',
      waitingFor: 'permission prompt',
    });
  });

  it.each([
    ['a new one', 'daydreaming'],
    ['none', undefined],
    ['a number', 7],
  ])('takes %s for an unknown status', (_, status) => {
    expect(readSessionRecord(writeRecord({ ...recorded, status }), 6155)?.status).toBe('unknown');
  });

  it('takes fields that are missing or of another type for unknown', () => {
    expect(readSessionRecord(writeRecord({ sessionId: 5, statusUpdatedAt: 'now' }), 6155)).toEqual({
      status: 'unknown',
      waitingFor: null,
      statusUpdatedAt: null,
      sessionId: null,
    });
  });

  it.each([
    ['half a record', '{"pid":61'],
    ['an empty file', ''],
    ['a list', '[]'],
    ['another process', { ...recorded, pid: 1 }],
    ['more than any client writes', { ...recorded, name: 'x'.repeat(1_048_576) }],
  ])('is not there when the file holds %s', (_, content) => {
    expect(readSessionRecord(writeRecord(content), 6155)).toBeUndefined();
  });

  it('is not there for a process without one', () => {
    expect(readSessionRecord(writeRecord(recorded), 7)).toBeUndefined();
    expect(readSessionRecord('/does/not/exist', 7)).toBeUndefined();
  });

  it.each([
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
    ['a directory', (path: string) => mkdirSync(path)],
  ])('is not there when %s stands in its place', (_, make) => {
    const directory = writeRecord(recorded);
    const path = join(directory, 'sessions', '6155.json');
    rmSync(path);
    make(path);
    expect(readSessionRecord(directory, 6155)).toBeUndefined();
  });

  it('is not taken from a process that had the same number before', () => {
    const directory = writeRecord(recorded);
    expect(readSessionRecord(directory, 6155, { startedAtTicks: '167436' })?.status).toBe('idle');
    expect(readSessionRecord(directory, 6155, { startedAtTicks: '999999' })).toBeUndefined();
    expect(
      readSessionRecord(writeRecord({ ...recorded, procStart: undefined }), 6155, { startedAtTicks: '9' })
        ?.status,
    ).toBe('idle');
  });
});
