import { expect, it } from 'vitest';
import { makeWorld } from './world.ts';

// That it succeeds is for readme.test.ts to see, where it is the first command.
it('gives up in time, also while its team is still starting, and begins nothing for a time that it cannot read', async () => {
  const world = makeWorld();
  const misread = await world.run(['demo', '--timeout', 'soon']);
  expect(misread).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('ORC_CLI_NOT_A_DURATION') as string,
  });
  expect((await world.status()).projects).toEqual([]);

  const late = await world.run(['demo', '--timeout', '1s']);
  expect(late.exitCode).toBe(1);
  expect(late.stderr).toMatch(/the team was not up within 1 s\..*ORC_CLI_DEMO_FAILED/s);
  // What it had begun can be put away like any other team.
  expect(await world.run(['down', '--project', 'demo'])).toMatchObject({ exitCode: 0 });
  expect((await world.status()).projects).toMatchObject([{ slug: 'demo', status: 'stopped' }]);
}, 120_000);
