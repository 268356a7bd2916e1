import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { meetDaemon, words } from '../../fixtures/daemon.ts';
import { systemCommands } from './system.ts';

const find = (wanted: string) => {
  const found = systemCommands.find(({ path }) => path === wanted);
  if (!found) throw new Error(`there is no ${wanted}`);
  return found;
};

describe('backup', () => {
  it.each([
    ['tmp/x.db', { path: '/work/here/tmp/x.db' }],
    ['/tmp/x.db', { path: '/tmp/x.db' }],
    ['', {}],
  ])('sends %j from where it was said', async (file, body) => {
    const { surroundings, asked } = meetDaemon(
      { backup: () => ({ path: 'the copy' }) },
      { directory: '/work/here' },
    );
    await find('backup').run(words({}, { file }), surroundings);
    expect(asked('backup')).toEqual([{ body }]);
  });
});

describe('config', () => {
  const values = [{ key: 'agents.runtime', value: 'claude', origin: 'default' }];

  it('takes each value as its help says', async () => {
    const { surroundings, asked } = meetDaemon({ setConfig: () => ({}) });
    const [, value] = find('config set').positionals ?? [];
    const [, shown = '', rest = ''] = /^As JSON: (.*); (.*)$/.exec(value?.describe ?? '') ?? [];
    expect(rest).toBe('anything else is text');
    for (const text of [...shown.split(/, (?!")/), 'sim'])
      await find('config set').run(words({}, { key: 'k', value: text }), surroundings);
    expect(asked('setConfig').map(({ body }) => body?.['value'])).toEqual([30, true, ['a', 'b'], 'sim']);
  });

  it('knows no setting of a wrong name', async () => {
    const { surroundings } = meetDaemon({ config: () => ({ values }) });
    await expect(
      find('config get').run(words({}, { key: 'agents.runtim' }), surroundings),
    ).rejects.toMatchObject({
      code: 'ORC_CLI_USAGE',
      message: expect.stringContaining('"agents.runtim"') as string,
    });
  });

  it('says where its file cannot be written, and leaves one that is there', async () => {
    const inTheWay = join(makeTempDirectory(), 'file');
    writeFileSync(inTheWay, '');
    const layout = layoutOf(join(inTheWay, 'orc'));
    const init = (place = layout) =>
      find('config init').run(
        words(),
        meetDaemon({ config: () => ({ values }) }, { layout: place }).surroundings,
      );
    await expect(init()).rejects.toMatchObject({
      code: 'ORC_CLI_NOT_WRITABLE',
      message: expect.stringMatching(/config\.yaml cannot be written: not a directory/) as string,
    });
    const home = makeTempDirectory();
    expect(await init(layoutOf(home))).toMatchObject({ json: { written: true } });
    expect(await init(layoutOf(home))).toMatchObject({ json: { written: false } });
  });
});
