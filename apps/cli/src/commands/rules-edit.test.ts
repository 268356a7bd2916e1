import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { meetDaemon, words } from '../../fixtures/daemon.ts';
import { rulesEdit } from './rules-edit.ts';

it('opens no editor for rules that cannot be written, and says why', async () => {
  const inTheWay = join(makeTempDirectory(), 'file');
  writeFileSync(inTheWay, '');
  const file = join(inTheWay, '.orc', 'rules.yaml');
  const { surroundings } = meetDaemon({ rules: () => ({ file }) }, { environment: { EDITOR: 'false' } });
  const edit = rulesEdit.find(({ path }) => path === 'rules edit');
  await expect(edit?.run(words(), surroundings)).rejects.toMatchObject({
    code: 'ORC_CLI_NOT_WRITABLE',
    message: expect.stringContaining(`${file} cannot be written: not a directory`) as string,
  });
});
