import { openTaskBoard } from '@orc/task-board';
import { describe, expect, it } from 'vitest';
import { codeOf, open, type House } from './house.ts';

const team = {
  projects: ['shop'],
  roles: ['orchestrator', 'developer', 'tester'],
  desired: 'running',
} as const;

type Action = 'start' | 'done' | 'fail' | 'block' | 'assign' | 'reopen';

const change = (by: House['user'], id: string, action: Action, body: object = {}) =>
  by.call('changeTask', { params: { id, action }, body });

/** A task that its agent has got, and another one that waits for it. */
async function openWithTasks(): Promise<House> {
  const house = await open(team);
  const add = (body: object) =>
    house.user.call('addTask', { body: { project: 'shop', title: '', role: 'developer', ...body } });
  await add({ title: 'Write it' });
  await add({ title: 'Test it', role: 'tester', after: ['write-it'] });
  return house;
}

const messageOf = async ({ user }: House, id: string) =>
  (await user.call('message', { params: { id } })).message;

const mailOf = async ({ user }: House, role: string, kind: string) =>
  (await user.call('messages', { query: { agent: `shop/${role}`, kind } })).messages;

describe('the end of a task', () => {
  it('is told to the hub with every word, though the ledger has no room for the reason', async () => {
    const house = await openWithTasks();
    const text = `No key. ${'ä'.repeat(3_000)}`;
    const task = await change(house.developer, 'shop.write-it', 'fail', { text });
    expect(task).toMatchObject({ state: 'failed', result: text });
    const message = await messageOf(house, 'shop.write-it');
    expect(message.state).toBe('failed');
    expect(message.reason).toMatch(/^No key\. ä+…$/);
    expect((await mailOf(house, 'orchestrator', 'failure')).map(({ body }) => body)).toEqual([
      `shop.write-it Write it: ${text}`,
    ]);
  });

  it('is told, and lets others begin, though its message was cancelled', async () => {
    const house = await openWithTasks();
    const params = { id: 'shop.write-it', action: 'cancel' } as const;
    await house.user.call('changeMessage', { params, body: { text: 'on paper' } });
    await change(house.developer, 'shop.write-it', 'start');
    await change(house.developer, 'shop.write-it', 'done', { text: 'parser.ts, commit 1a2b3c4' });
    expect(await mailOf(house, 'orchestrator', 'completion')).toHaveLength(1);
    expect(await messageOf(house, 'shop.write-it')).toMatchObject({ state: 'dead', reason: 'on paper' });
    expect(await messageOf(house, 'shop.test-it')).toMatchObject({ recipient: 'shop/tester' });
  });

  it('can be corrected by who said it', async () => {
    const house = await openWithTasks();
    await change(house.developer, 'shop.write-it', 'fail', { text: 'the build is red' });
    const text = 'it was the cache, commit 1a2b3c4';
    expect(await change(house.developer, 'shop.write-it', 'done', { text })).toMatchObject({ state: 'done' });
    expect(await mailOf(house, 'orchestrator', 'failure')).toHaveLength(1);
    expect(await mailOf(house, 'orchestrator', 'completion')).toHaveLength(1);
    expect(await messageOf(house, 'shop.test-it')).toMatchObject({ recipient: 'shop/tester' });
  });

  it('is told once, by the call that is made again when the first one died before it told', async () => {
    const house = await openWithTasks();
    const text = 'parser.ts, commit 1a2b3c4';
    {
      using board = openTaskBoard({ path: house.layout.database });
      board.markDone('shop.write-it', { by: 'shop/developer', text });
    }
    await change(house.developer, 'shop.write-it', 'done', { text });
    await change(house.developer, 'shop.write-it', 'done', { text });
    await change(house.developer, 'shop.write-it', 'done', { text: `${text}, with tests` });
    await change(house.as('orchestrator'), 'shop.write-it', 'done', { text: 'I have seen it' });
    expect(await mailOf(house, 'orchestrator', 'completion')).toHaveLength(1);
    expect(await messageOf(house, 'shop.write-it')).toMatchObject({ state: 'done', result: text });
  });

  it('needs words, and without them nothing changes', async () => {
    const house = await openWithTasks();
    for (const action of ['done', 'fail', 'block'] as const)
      await expect(change(house.developer, 'shop.write-it', action, { text: ' ' })).rejects.toThrowError(
        codeOf('ORC_DAEMON_BAD_REQUEST'),
      );
    const task = await house.user.call('task', { params: { id: 'shop.write-it' } });
    expect(task.state).toBe('assigned');
  });

  it('is known from a report, however long it is and whatever became of the message', async () => {
    const house = await openWithTasks();
    const params = { id: 'shop.write-it', action: 'cancel' } as const;
    await house.user.call('changeMessage', { params, body: {} });
    const about = { role: 'developer', task: 'write-it' };
    const text = `No key. ${'x'.repeat(5_000)}`;
    await house.developer.call('report', { body: { ...about, kind: 'failure', text } });
    await house.developer.call('report', { body: { ...about, text: 'It was in the vault' } });
    await change(house.developer, 'shop.write-it', 'done', { text: 'It was in the vault' });
    const { reports } = await house.user.call('reports', { query: {} });
    expect(reports.map(({ kind }) => kind)).toEqual(['completion', 'failure']);
  });
});

describe('a task that a person takes', () => {
  it('is ended by them: the hub is told, and those who waited begin', async () => {
    const house = await open(team);
    const { user } = house;
    {
      using board = openTaskBoard({ path: house.layout.database });
      board.addTasks('shop', [
        { id: 'key', title: 'Get the key', role: 'sysadmin' },
        { id: 'test', title: 'Test it', role: 'tester', after: ['key'] },
      ]);
    }
    expect(await change(user, 'shop.key', 'start')).toMatchObject({ state: 'started', assignee: 'user' });
    await change(user, 'shop.key', 'block', { text: 'the shop is closed' });
    await change(user, 'shop.key', 'done', { text: 'it lies in the vault' });
    expect(await mailOf(house, 'orchestrator', 'blocked')).toHaveLength(1);
    expect(await mailOf(house, 'orchestrator', 'completion')).toMatchObject([
      { sender: 'orc', body: 'Report of user: shop.key Get the key: it lies in the vault' },
    ]);
    const { reports } = await user.call('reports', { query: { kind: 'completion' } });
    expect(reports).toMatchObject([{ agent: 'shop/user', role: 'user' }]);
    expect(await messageOf(house, 'shop.test')).toMatchObject({ recipient: 'shop/tester' });
  });

  it('can be given to an agent by the hub, and the person is told', async () => {
    const house = await openWithTasks();
    await change(house.user, 'shop.write-it', 'assign', { assignee: 'user' });
    await change(house.user, 'shop.write-it', 'start');
    await change(house.as('orchestrator'), 'shop.write-it', 'assign', { assignee: 'developer' });
    expect(await messageOf(house, 'shop.write-it.3')).toMatchObject({ recipient: 'shop/developer' });
    const { messages } = await house.user.call('inbox', {});
    expect(messages.filter(({ body }) => body.includes('is no longer yours'))).toHaveLength(1);
  });
});

describe('a task in the hands of an agent', () => {
  it.each(['user', 'orchestrator'])('is taken back and given to another one by the %s', async (who) => {
    const house = await openWithTasks();
    await change(house.developer, 'shop.write-it', 'start');
    const lead = who === 'user' ? house.user : house.as(who);
    const given = await change(lead, 'shop.write-it', 'assign', { assignee: 'tester' });
    expect(given).toMatchObject({ state: 'assigned', assignee: 'shop/tester' });
    expect(await messageOf(house, 'shop.write-it')).toMatchObject({ state: 'dead' });
    expect(await messageOf(house, 'shop.write-it.2')).toMatchObject({ recipient: 'shop/tester' });
    const [told] = await mailOf(house, 'developer', 'notice');
    expect(told?.body).toMatch(/shop\.write-it .*is no longer yours/);
    const done = change(house.developer, 'shop.write-it', 'done', { text: 'written' });
    await expect(done).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
    await change(house.as('tester'), 'shop.write-it', 'done', { text: 'written' });
    expect(await messageOf(house, 'shop.write-it.2')).toMatchObject({ state: 'done' });
  });

  it('is passed on by nobody else', async () => {
    const house = await openWithTasks();
    const give = (role: string) => change(house.as(role), 'shop.write-it', 'assign', { assignee: 'tester' });
    await expect(give('tester')).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
    await expect(give('developer')).rejects.toThrowError(codeOf('ORC_TASKS_HANDED_OUT'));
    expect(await messageOf(house, 'shop.write-it')).toMatchObject({ state: 'queued' });
    expect(await mailOf(house, 'developer', 'notice')).toEqual([]);
  });

  it('comes as one message when it is opened again before the first was seen', async () => {
    const house = await openWithTasks();
    await change(house.user, 'shop.write-it', 'reopen');
    const mail = await mailOf(house, 'developer', 'task');
    expect(mail.map(({ id, state }) => [id, state])).toEqual([
      ['shop.write-it.2', 'queued'],
      ['shop.write-it', 'dead'],
    ]);
  });

  it('stays as it is when it is given to who has it, and its result when it is opened again', async () => {
    const house = await openWithTasks();
    await change(house.user, 'shop.write-it', 'assign', { assignee: 'developer' });
    expect(await messageOf(house, 'shop.write-it')).toMatchObject({ state: 'queued' });
    await change(house.developer, 'shop.write-it', 'done', { text: 'written' });
    await change(house.user, 'shop.write-it', 'reopen');
    expect(await messageOf(house, 'shop.write-it')).toMatchObject({ state: 'done', result: 'written' });
  });
});
