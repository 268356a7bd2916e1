import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { seedConfig } from './client-config.ts';
import { replaceFile } from './file-replacement.ts';

const packageDirectory = join(import.meta.dirname, '..');
const key = 'sk-ant-0000-this-is-the-end-of-a-key';
const end = key.slice(-20);

function makeConfig(value?: unknown) {
  const path = join(makeTempDirectory(), '.claude.json');
  if (value !== undefined) writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return { path, read: () => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> };
}

describe('seeding the configuration of the client', () => {
  it('trusts directories, and with a key approves it and skips the first-run questions', async () => {
    const { path, read } = makeConfig();
    expect(await seedConfig(path, { directories: ['/trees/a', '/trees/b'], apiKey: key })).toEqual({
      changed: true,
      notes: [],
    });
    expect(read()).toEqual({
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: [end], rejected: [] },
      projects: {
        '/trees/a': { hasTrustDialogAccepted: true },
        '/trees/b': { hasTrustDialogAccepted: true },
      },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('leaves the first-run questions alone without a key: they are how a person signs in', async () => {
    const { path, read } = makeConfig();
    await seedConfig(path, { directories: ['/trees/a'], apiKey: undefined });
    expect(Object.keys(read())).toEqual(['projects']);
  });

  it('keeps every key, its value and its place', async () => {
    const before = {
      zebra: 1,
      projects: {
        '/old': { history: ['x'], hasTrustDialogAccepted: false },
        '/trees/a': { allowedTools: ['Bash'] },
      },
      oauthAccount: { emailAddress: 'ada@example.test', nested: [1, null, { a: 'ü' }] },
      customApiKeyResponses: { approved: ['another'], rejected: ['bad'] },
      alpha: null,
    };
    const { path, read } = makeConfig(before);
    await seedConfig(path, { directories: ['/trees/a'], apiKey: key });
    const after = read();
    expect(after).toEqual({
      ...before,
      projects: { ...before.projects, '/trees/a': { allowedTools: ['Bash'], hasTrustDialogAccepted: true } },
      customApiKeyResponses: { approved: ['another', end], rejected: ['bad'] },
      hasCompletedOnboarding: true,
    });
    expect(Object.keys(after)).toEqual([...Object.keys(before), 'hasCompletedOnboarding']);
  });

  it('writes nothing when nothing is missing', async () => {
    const { path } = makeConfig();
    await seedConfig(path, { directories: ['/trees/a'], apiKey: key });
    const before = statSync(path);
    expect(await seedConfig(path, { directories: ['/trees/a'], apiKey: key })).toEqual({
      changed: false,
      notes: [],
    });
    expect(statSync(path).ino).toBe(before.ino);
    expect(statSync(path).mtimeMs).toBe(before.mtimeMs);
  });

  it('trusts each directory itself: trust in what lies around a repository does not reach into it', async () => {
    const { path, read } = makeConfig({ projects: { '/trees': { hasTrustDialogAccepted: true } } });
    expect((await seedConfig(path, { directories: ['/trees/a'], apiKey: undefined })).changed).toBe(true);
    expect(read()['projects']).toHaveProperty(['/trees/a', 'hasTrustDialogAccepted'], true);
  });

  it('respects that somebody has refused the key, and says so', async () => {
    const { path, read } = makeConfig({
      customApiKeyResponses: { approved: [], rejected: [end] },
      hasCompletedOnboarding: true,
    });
    const result = await seedConfig(path, { directories: [], apiKey: key });
    expect(result.changed).toBe(false);
    expect(result.notes).toHaveLength(1);
    expect(read()['customApiKeyResponses']).toEqual({ approved: [], rejected: [end] });
  });

  it('keeps a link a link and the mode of the file', async () => {
    const directory = makeTempDirectory();
    const target = join(directory, 'dotfiles.json');
    const path = join(directory, '.claude.json');
    writeFileSync(target, '{}', { mode: 0o640 });
    symlinkSync(target, path);
    await seedConfig(path, { directories: ['/trees/a'], apiKey: undefined });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain('/trees/a');
    expect(statSync(target).mode & 0o777).toBe(0o640);
  });

  it('takes an empty file for an empty configuration', async () => {
    const { path, read } = makeConfig('\n');
    await seedConfig(path, { directories: ['/trees/a'], apiKey: undefined });
    expect(read()).toHaveProperty('projects');
  });

  it.each([['{ "projects": '], ['[]'], ['"text"'], ['null']])(
    'refuses %s and leaves it as it is',
    async (text) => {
      const { path } = makeConfig(text);
      await expect(seedConfig(path, { directories: ['/trees/a'], apiKey: key })).rejects.toThrow(
        expect.objectContaining({ code: 'ORC_RUNTIME_CONFIG_BROKEN' }),
      );
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('says that the file cannot be written', async () => {
    const path = join(makeTempDirectory(), 'file', '.claude.json');
    writeFileSync(join(path, '..'), 'a file where a directory should be');
    await expect(seedConfig(path, { directories: ['/trees/a'], apiKey: key })).rejects.toThrow(
      expect.objectContaining({ code: 'ORC_RUNTIME_CONFIG_UNWRITABLE' }),
    );
  });

  it('leaves nothing behind but the file', async () => {
    const { path } = makeConfig({});
    await seedConfig(path, { directories: ['/trees/a'], apiKey: key });
    expect(readdirSync(join(path, '..'))).toEqual(['.claude.json']);
  });
});

describe('other programs that write the configuration', () => {
  it('waits for the lock that the client takes, and gives up in time', async () => {
    const { path, read } = makeConfig({});
    mkdirSync(`${path}.lock`);
    await expect(
      seedConfig(path, { directories: ['/a'], apiKey: undefined }, { lockWaitMs: 60 }),
    ).rejects.toThrow(expect.objectContaining({ code: 'ORC_RUNTIME_CONFIG_BUSY' }));
    expect(read()).toEqual({});
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it('breaks a lock whose holder died', async () => {
    const { path, read } = makeConfig({});
    mkdirSync(`${path}.lock`);
    utimesSync(`${path}.lock`, new Date(), new Date(Date.now() - 11_000));
    await seedConfig(path, { directories: ['/a'], apiKey: undefined }, { lockWaitMs: 60 });
    expect(read()).toHaveProperty('projects');
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('loses nothing when many processes add to the file at once', async () => {
    const { path, read } = makeConfig({ kept: true });
    const names = ['a', 'b', 'c', 'd'];
    const script = join(packageDirectory, 'fixtures', 'seeder.ts');
    const children = names.map((name) =>
      spawn(process.execPath, ['--conditions=@orc/source', '--import', 'tsx', script, path, name], {
        cwd: packageDirectory,
        stdio: 'inherit',
      }),
    );
    onTeardown(() => children.forEach((child) => child.kill('SIGKILL')));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0]);
    const expected = names.flatMap((name) => Array.from({ length: 10 }, (_, n) => `/trees/${name}${n}`));
    expect(Object.keys(read()['projects'] as object).sort()).toEqual(expected.sort());
    expect(read()['kept']).toBe(true);
  });

  it('puts in again what another program has overwritten, and gives up when that goes on', async () => {
    const { path, read } = makeConfig({});
    let overwrites = 2;
    const overwritten = (file: string, text: string) => {
      replaceFile(file, text);
      overwrites -= 1;
      if (overwrites >= 0) writeFileSync(file, '{"theirs":true}');
    };
    const wanted = { directories: ['/a'], apiKey: undefined };
    expect(await seedConfig(path, wanted, {}, { replaceFile: overwritten })).toMatchObject({ changed: true });
    expect(read()).toEqual({ theirs: true, projects: { '/a': { hasTrustDialogAccepted: true } } });

    overwrites = 100;
    await expect(
      seedConfig(path, { directories: ['/b'], apiKey: undefined }, {}, { replaceFile: overwritten }),
    ).rejects.toThrow(expect.objectContaining({ code: 'ORC_RUNTIME_CONFIG_LOST' }));
    expect(read()).toEqual({ theirs: true });
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});
