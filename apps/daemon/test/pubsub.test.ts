import { describe, expect, it } from 'vitest';
import { codeOf, open } from './house.ts';

const team = { roles: ['developer', 'project-manager', 'orchestrator'], desired: 'running' } as const;

describe('publishing', () => {
  it('sends one message to each of those who hear the group, and keeps it on record', async () => {
    const { user, developer, as } = await open(team);
    const { publication, messages } = await developer.call('publish', {
      body: { group: 'management', priority: 'high', tags: ['release'], text: 'ready, password: hunter2000' },
    });
    expect(publication).toMatchObject({
      publisher: 'shop/developer',
      text: 'ready, password: [hidden]',
      priorityName: 'high',
      recipients: ['shop/project-manager', 'shop/orchestrator'],
    });
    expect(messages.map(({ recipient, topic, tags }) => [recipient, topic, tags])).toEqual([
      ['shop/project-manager', 'management', ['release']],
      ['shop/orchestrator', 'management', ['release']],
    ]);
    const [first] = messages;
    const acknowledged = await as('project-manager').call('acknowledge', {
      body: { ids: [first?.id ?? ''], text: 'merged' },
    });
    expect(acknowledged.publications[0]?.acknowledgements).toMatchObject([
      { by: 'shop/project-manager', text: 'merged', session: 'shop' },
    ]);
    const { publications } = await user.call('publications', { query: { session: 'shop' } });
    expect(publications.map(({ id }) => id)).toContain(publication.id);
  });

  it('has sessions as borders and groups as audiences', async () => {
    const { user, developer, as } = await open(team);
    const managers = { group: 'management', text: 'only for managers', project: 'shop' };
    await user.call('publish', { body: managers });
    await user.call('publish', { body: { ...managers, group: 'team', text: 'for all' } });
    const seen = async (client: typeof user, query: object = {}) =>
      (await client.call('publications', { query })).publications.map(({ text }) => text);
    expect(await seen(developer)).toEqual(['for all']);
    expect(await seen(as('project-manager'))).toEqual(['only for managers', 'for all']);
    expect(await seen(user, { session: 'other' })).toEqual([]);
    await expect(seen(developer, { session: 'other' })).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
    await developer.call('subscribe', { body: { group: 'management' } });
    expect(await seen(developer)).toEqual(['only for managers', 'for all']);
    const foreign = developer.call('subscribe', { body: { group: 'team', subscriber: 'project-manager' } });
    await expect(foreign).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
  });

  it('refuses a storm, and says when there is room again', async () => {
    const { developer } = await open(team);
    const say = (text: string) => developer.call('publish', { body: { group: 'team', text } });
    for (let count = 0; count < 10; count += 1) await say(`fyi ${count}`);
    await expect(say('fyi 10')).rejects.toThrowError(codeOf('ORC_DAEMON_TOO_MANY_PUBLICATIONS'));
  });

  it('answers a status request, and takes an acknowledgment that names ids', async () => {
    const { as, user } = await open(team);
    const manager = as('project-manager');
    const asked = await manager.call('publish', {
      body: { group: 'management', tags: ['status-request'], text: 'status, please' },
    });
    expect(asked.messages).toEqual([]);
    const { publications } = await user.call('publications', { query: { session: 'shop', tag: 'health' } });
    const answer = publications.find(({ recipients }) => recipients.includes('shop/project-manager'));
    expect(answer).toMatchObject({ publisher: 'orc', type: 'status' });
    const inbox = await manager.call('inbox', { query: {} });
    expect(inbox.messages[0]?.body).toContain(answer?.text);
    await manager.call('publish', {
      body: { group: 'management', tags: ['acknowledgment'], text: `PM ACK: ${answer?.id} - all healthy` },
    });
    const again = await user.call('publications', { query: { session: 'shop', tag: 'health' } });
    expect(again.publications.find(({ id }) => id === answer?.id)?.acknowledgements).toMatchObject([
      { by: 'shop/project-manager' },
    ]);
  });
});

describe('a restart by a manager', () => {
  it('is for managers only, and never on silence alone', async () => {
    const { developer, as } = await open(team);
    const restart = (client: typeof developer) =>
      client.call('changeAgent', {
        params: { project: 'shop', role: 'developer', action: 'restart' },
        body: {},
      });
    await expect(restart(as('orchestrator'))).rejects.toThrowError(codeOf('ORC_DAEMON_MAY_BE_BUSY'));
    await expect(restart(developer)).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
    const end = as('orchestrator').call('changeAgent', {
      params: { project: 'shop', role: 'developer', action: 'end' },
      body: {},
    });
    await expect(end).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
  });
});
