import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { startDaemon } from './daemon-process.ts';

it('says that ORC_HOME cannot be written, and does not take that for a bug', async () => {
  const inTheWay = join(makeTempDirectory(), 'file');
  writeFileSync(inTheWay, '');
  const layout = layoutOf(join(inTheWay, 'orc'));
  await expect(startDaemon(layout, {}, () => undefined)).rejects.toThrow(
    expect.objectContaining({ code: 'ORC_CLI_HOME_NOT_WRITABLE' }),
  );
});
