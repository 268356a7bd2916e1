import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { openQueue } from '@orc/queue';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import type { Call } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import { createSystemHandlers } from './handlers.ts';

it('does not take a place that no copy fits into for a bug', async () => {
  const directory = makeTempDirectory();
  const layout = layoutOf(join(directory, 'o'));
  mkdirSync(layout.home);
  using queue = openQueue({ path: layout.database });
  const parts = { layout, queue, clock: { now: () => 0 } } as unknown as Parts;
  const { backup } = createSystemHandlers(parts, {} as Parameters<typeof createSystemHandlers>[1]);
  const copyTo = (path: string) => Promise.resolve(backup({ body: { path } } as Call<'backup'>));

  const taken = join(directory, 'taken');
  mkdirSync(taken);
  await expect(copyTo(taken)).rejects.toMatchObject({
    code: 'ORC_DAEMON_BAD_REQUEST',
    message: expect.stringContaining(
      `${taken} cannot be written: illegal operation on a directory`,
    ) as string,
  });
  await expect(copyTo(join(directory, 'nowhere', 'x.db'))).rejects.toMatchObject({
    code: 'ORC_SQLITE_CANNOT_OPEN',
  });
  expect(await copyTo(join(directory, 'x.db'))).toEqual({ path: join(directory, 'x.db') });
  expect(readdirSync(directory).sort()).toEqual(['o', 'taken', 'x.db']);
});
