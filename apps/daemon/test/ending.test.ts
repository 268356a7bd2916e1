import { waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { open } from './house.ts';

it('gives up what waits for an agent that has ended, also behind another message, and tells the sender', async () => {
  const { user, developer } = await open({ projects: ['shop'], desired: 'running' });
  const first = await developer.call('send', { body: { to: 'tester', body: 'first' } });
  const blocked = await developer.call('send', { body: { to: 'tester', body: 'then', after: [first.id] } });
  const other = await user.call('send', { body: { to: 'shop/developer', body: 'for one who stays' } });
  const params = { project: 'shop', role: 'tester', action: 'end' } as const;
  await user.call('changeAgent', { params, body: { force: true } });
  for (const { id } of [first, blocked]) {
    const { message } = await user.call('message', { params: { id } });
    expect(message).toMatchObject({ state: 'dead' });
    expect(message.reason).toMatch(/shop\/tester has ended|dependency/);
    await waitUntil(async () => {
      const { messages } = await user.call('messages', {
        query: { agent: 'shop/developer', kind: 'notice' },
      });
      return messages.some(({ body }) => body.includes(id));
    });
  }
  expect((await user.call('message', { params: { id: other.id } })).message.state).toBe('queued');
});
