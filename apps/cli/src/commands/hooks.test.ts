import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrcError } from '@orc/errors';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { meetDaemon, words, type Answers } from '../../fixtures/daemon.ts';
import { hookCommands } from './hooks.ts';

const run = (word: string, project: string, directory: string, answers: Answers = {}) => {
  const command = hookCommands.find(({ path }) => path === `hooks ${word}`);
  return command?.run(words({ project }), meetDaemon(answers, { directory }).surroundings);
};
const fail = (code: `ORC_${string}`) => () => {
  throw new OrcError(code, 'It failed.', {});
};

describe('hooks', () => {
  it('are looked for in a directory, or in that of the project which has the name', async () => {
    const directory = makeTempDirectory();
    mkdirSync(join(directory, 'there'));
    const elsewhere = makeTempDirectory();
    const status = () => ({ projects: [{ slug: 'shop', path: elsewhere }] });
    const settingsIn = (path: string) => ({
      json: { path: join(path, '.claude', 'settings.local.json') },
    });
    expect(await run('status', 'there', directory)).toMatchObject(settingsIn(join(directory, 'there')));
    expect(await run('status', 'shop', directory, { status })).toMatchObject(settingsIn(elsewhere));
  });

  it.each(['install', 'uninstall', 'status'])('%s makes no directory of a wrong name', async (word) => {
    const directory = makeTempDirectory();
    writeFileSync(join(directory, 'file'), '');
    const notReadable = expect.objectContaining({ code: 'ORC_CLI_NOT_READABLE' }) as Error;
    const alone = { status: fail('ORC_CONTRACTS_DAEMON_ABSENT') };
    await expect(run(word, 'shop', directory, alone)).rejects.toThrow(notReadable);
    await expect(run(word, 'file', directory, alone)).rejects.toThrow(notReadable);
    // What is a path is no name, so nobody is asked.
    await expect(run(word, join(directory, 'shop'), directory)).rejects.toThrow(notReadable);
    const stranger = { status: fail('ORC_DAEMON_UNKNOWN_PROJECT') };
    await expect(run(word, 'shop', directory, stranger)).rejects.toMatchObject({
      code: 'ORC_DAEMON_UNKNOWN_PROJECT',
    });
    const gone = { status: () => ({ projects: [{ slug: 'shop', path: join(directory, 'gone') }] }) };
    await expect(run(word, 'shop', directory, gone)).rejects.toThrow(notReadable);
    expect(existsSync(join(directory, 'shop'))).toBe(false);
  });
});
