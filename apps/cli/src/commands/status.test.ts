import { describe, expect, it } from 'vitest';
import { meetDaemon, words } from '../../fixtures/daemon.ts';
import { command } from './status.ts';

const status = {
  ...{ at: 1, unreadForUser: 0, machine: { pressure: null, waiting: [] } },
  projects: [
    { slug: 'shop', agents: [{ id: 'shop/developer', role: 'developer' }] },
    { slug: 'blog', agents: [{ id: 'blog/tester', role: 'tester' }] },
  ],
};

describe('status --agent', () => {
  it('takes nobody for an agent who is none', async () => {
    const { surroundings } = meetDaemon({ status: () => status });
    await expect(command.run(words({ agent: 'developr' }), surroundings)).rejects.toMatchObject({
      code: 'ORC_CLI_USAGE',
      message: 'There is no agent "developr". Say one of: shop/developer, blog/tester.',
    });
  });
});
