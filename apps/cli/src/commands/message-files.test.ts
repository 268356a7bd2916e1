import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrcError } from '@orc/errors';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { meetDaemon, words, type Answer } from '../../fixtures/daemon.ts';
import { messageFileCommands } from './message-files.ts';

const none: Answer = () => ({ messages: [] });

describe('msg export', () => {
  const command = messageFileCommands.find(({ path }) => path === 'msg export');
  const run = (directory: string, file: string, exportMessages = none) =>
    command?.run(words({}, { file }), meetDaemon({ exportMessages }, { directory }).surroundings);

  it('writes where it was said', async () => {
    const directory = makeTempDirectory();
    await run(directory, 'pending.json');
    expect(readFileSync(join(directory, 'pending.json'), 'utf8')).toBe('[\n]\n');
    expect(readdirSync(directory)).toEqual(['pending.json']);
  });

  it.each([
    ['a directory that is not there', 'nowhere/pending.json', 'no such file or directory'],
    ['the place of a directory', 'taken', 'illegal operation on a directory'],
  ])('says that %s cannot be written, and why', async (_, file, why) => {
    const directory = makeTempDirectory();
    mkdirSync(join(directory, 'taken'));
    await expect(run(directory, file)).rejects.toMatchObject({
      code: 'ORC_CLI_NOT_WRITABLE',
      message: expect.stringContaining(`${join(directory, file)} cannot be written: ${why}`) as string,
    });
    expect(readdirSync(directory)).toEqual(['taken']);
  });

  it('leaves the older file as it was, and no half of a new one, when the daemon fails', async () => {
    const directory = makeTempDirectory();
    writeFileSync(join(directory, 'pending.json'), 'older');
    const gone = new OrcError('ORC_TEST_GONE', 'The daemon is gone.', {});
    const failing = run(directory, 'pending.json', () => {
      throw gone;
    });
    await expect(failing).rejects.toBe(gone);
    expect(readdirSync(directory)).toEqual(['pending.json']);
    expect(readFileSync(join(directory, 'pending.json'), 'utf8')).toBe('older');
  });
});
