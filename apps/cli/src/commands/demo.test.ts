import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { OrcError } from '@orc/errors';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { meetDaemon, words } from '../../fixtures/daemon.ts';
import { command } from './demo.ts';

/** A daemon with these projects, which starts no further one. */
async function runBeside(home: string, projects: readonly object[]) {
  const { surroundings, asked } = meetDaemon(
    {
      status: () => ({ projects }),
      down: () => ({ did: [] }),
      up: () => {
        throw new OrcError('ORC_TEST_ENOUGH', 'That was enough.', {});
      },
    },
    { home, layout: layoutOf(home) },
  );
  await expect(command.run(words(), surroundings)).rejects.toMatchObject({ code: 'ORC_TEST_ENOUGH' });
  return {
    ended: asked('down').map(({ body }) => body?.['project']),
    begun: asked('up').map(({ body }) => ({ name: body?.['name'], path: body?.['path'] })),
  };
}

describe('demo', () => {
  it('ends the demos before it, and no project of yours that has such a name', async () => {
    const home = makeTempDirectory('orc-home');
    const own = join(home, 'demo');
    mkdirSync(join(own, 'demo-2'), { recursive: true });
    const { ended, begun } = await runBeside(home, [
      { slug: 'demo', path: '/home/me/demo', status: 'active' },
      { slug: 'demo-2', path: join(own, 'demo-2'), status: 'active' },
      { slug: 'demo-3', path: `${own}-3`, status: 'active' },
      { slug: 'demo-5', path: join(own, 'demo-5'), status: 'stopped' },
    ]);
    expect(ended).toEqual(['demo-2']);
    expect(begun).toEqual([{ name: 'demo-4', path: join(own, 'demo-4') }]);
    expect(existsSync(join(own, 'demo-4', 'SPEC.md'))).toBe(true);
  });

  it('knows its own also where ORC_HOME is a link, and leaves what an earlier one has left', async () => {
    const directory = makeTempDirectory('orc-home');
    const home = join(directory, 'link');
    mkdirSync(join(directory, 'real', 'demo', 'demo'), { recursive: true });
    symlinkSync(join(directory, 'real'), home);
    const path = join(directory, 'real', 'demo', 'demo-2');
    const { ended, begun } = await runBeside(home, [{ slug: 'demo-2', path, status: 'active' }]);
    expect(ended).toEqual(['demo-2']);
    expect(begun).toMatchObject([{ name: 'demo-3' }]);
  });
});
