import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTaskBoard } from '@orc/task-board';
import { waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { codeOf, open, type House } from './house.ts';

const team = {
  projects: ['shop'],
  roles: ['orchestrator', 'project-manager', 'developer', 'tester', 'testrunner', 'sysadmin'],
  desired: 'running',
} as const;

const mailOf = async ({ user }: House, role: string, kind?: string) => {
  const query = { agent: `shop/${role}`, kind };
  const { messages } = await user.call('messages', { query });
  return messages.map(({ sender, kind: found, body, tags }) => ({ sender, kind: found, body, tags }));
};

describe('sending', () => {
  it('warns whoever writes past the matrix, says whom to write to, and sends it', async () => {
    const { developer } = await open(team);
    const sent = await developer.call('send', { body: { to: 'sysadmin', body: 'Please restart nginx' } });
    expect(sent.warnings).toEqual([expect.stringContaining('Send it to orchestrator') as string]);
    const direct = await developer.call('send', { body: { to: 'tester', body: 'Look at this' } });
    expect(direct.warnings[0]).toContain('hand-offs only');
    const handoff = { to: 'tester', body: 'feature/x 1a2b3c4 is ready: npm test', kind: 'handoff' };
    expect(await developer.call('send', { body: handoff })).toMatchObject({ kind: 'hand-off', warnings: [] });
  });

  it('refuses it where that is the policy, and answers stay free', async () => {
    const { developer, as } = await open({ ...team, config: { routing: { enforcement: 'refuse' } } });
    await expect(
      developer.call('send', { body: { to: 'sysadmin', body: 'Please restart nginx' } }),
    ).rejects.toThrowError(codeOf('ORC_DAEMON_NOT_ROUTED'));
    const asked = await as('sysadmin').call('send', { body: { to: 'orchestrator', body: 'Which port?' } });
    const answer = { to: 'sysadmin', body: '8080', inReplyTo: asked.id };
    expect(await as('orchestrator').call('send', { body: answer })).toMatchObject({ warnings: [] });
  });

  it('knows its kinds, suggests the nearest, and keeps its own to itself', async () => {
    const { developer } = await open(team);
    const send = (more: object) =>
      developer.call('send', { body: { to: 'orchestrator', body: 'x y z', ...more } });
    await expect(send({ kind: 'statsu' })).rejects.toThrow(/Did you mean status\?/);
    await expect(send({ kind: 'xyz' })).rejects.toThrowError(codeOf('ORC_DAEMON_UNKNOWN_KIND'));
    await expect(send({ kind: 'notice' })).rejects.toThrowError(codeOf('ORC_DAEMON_RESERVED'));
    await expect(send({ tags: ['copy-of:m1'] })).rejects.toThrowError(codeOf('ORC_DAEMON_RESERVED'));
    const bug = await send({ kind: 'BUG_REPORT', body: 'BUG: crash\nSeverity: critical' });
    expect(bug).toMatchObject({ kind: 'bug', priority: 60 });
    expect(bug.warnings[0]).toContain('Reproduction is missing');
  });

  it('copies to the hub what is critical, once, and hears nobody twice', async () => {
    const house = await open(team);
    const body = { to: 'testrunner', body: 'The build of 1a2b3c4 fails', kind: 'failure' };
    const first = await house.developer.call('send', { body });
    const again = await house.developer.call('send', { body });
    expect(again.id).toBe(first.id);
    expect(again.warnings[0]).toContain('not sent again');
    expect(await mailOf(house, 'orchestrator')).toEqual([
      {
        sender: 'shop/developer',
        kind: 'copy',
        body: expect.stringContaining('The build of 1a2b3c4 fails') as string,
        tags: [`copy-of:${first.id}`, 'hops:1', 'kind:failure'],
      },
    ]);
  });

  it('takes the same words for another message where they are one', async () => {
    const { developer, as, user } = await open(team);
    const ask = (body: string) => as('orchestrator').call('send', { body: { to: 'developer', body } });
    const say = async (more: object = {}) =>
      (await developer.call('send', { body: { to: 'orchestrator', body: 'Yes', ...more } })).id;
    const [built, tested] = [await ask('Is it built?'), await ask('Is it tested?')];
    const ids = [
      await say(),
      await say({ inReplyTo: built.id }),
      await say({ expectReplyMs: 60_000 }),
      await say({ after: [built.id] }),
      await say({ id: 'yes-1' }),
      await say({ id: 'yes-2' }),
    ];
    expect(new Set(ids).size).toBe(6);
    expect(await say({ id: 'yes-1' })).toBe('yes-1');
    const id = await say({ inReplyTo: tested.id });
    expect(ids).not.toContain(id);
    expect(await say({ inReplyTo: tested.id })).toBe(id);
    await user.call('changeMessage', { params: { id, action: 'cancel' }, body: {} });
    expect(await say({ inReplyTo: tested.id })).not.toBe(id);
  });

  it('lets those who lead write to everybody, and not too often', async () => {
    const { developer, as } = await open({ ...team, config: { routing: { broadcastsMax: 1 } } });
    const body = { body: 'Freeze main until 15:00', purpose: 'release freeze' };
    await expect(developer.call('broadcast', { body })).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
    const { messages } = await as('project-manager').call('broadcast', { body });
    expect(messages).toHaveLength(5);
    expect(messages[0]?.tags).toEqual(['broadcast', 'release-freeze']);
    await expect(as('orchestrator').call('broadcast', { body })).rejects.toThrowError(
      codeOf('ORC_DAEMON_TOO_MANY_BROADCASTS'),
    );
  });

  it('shows the matrix, and answers what a message would meet', async () => {
    const { user } = await open({ ...team, config: { routing: { allow: ['developer>sysadmin'] } } });
    const shown = await user.call('routing', { query: { project: 'shop' } });
    expect(shown).toMatchObject({ profile: 'orchestrator-hub', hub: 'orchestrator', enforcement: 'warn' });
    expect(shown.talksTo['tester']).toContain('developer');
    const ask = (from: string, to: string, kind?: string) =>
      user.call('checkRoute', { query: { from, to, kind } });
    expect(await ask('developer', 'sysadmin')).toMatchObject({ because: 'allowed-by-user' });
    expect(await ask('tester', 'sysadmin')).toMatchObject({ isAllowed: false });
    expect(await ask('developer', 'tester', 'fast-lane')).toMatchObject({ because: 'hand-off' });
    // A lane that is closed is closed for hand-offs, too (Z-06).
    await user.call('changeLanes', { body: { project: 'shop', isOn: false } });
    expect(await ask('developer', 'tester', 'fast-lane')).toMatchObject({ because: 'lane-closed' });
  });
});

describe('reports', () => {
  it('go to the hub, are logged, and tell those who wait, once', async () => {
    const house = await open(team);
    const { user, as, layout } = house;
    await expect(
      house.developer.call('setDependencies', { body: { role: 'developer', needs: ['sysadmin'] } }),
    ).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
    await user.call('setDependencies', { body: { role: 'developer', needs: ['sysadmin'] } });
    const text = 'nginx 1.24 is up on staging, EVENT_ROUTER_ENABLED=true';
    const answer = await as('sysadmin').call('report', { body: { role: 'sysadmin', text } });
    expect(answer).toMatchObject({
      message: { recipient: 'shop/orchestrator', warnings: [] },
      told: ['shop/developer'],
    });
    expect(await mailOf(house, 'developer', 'notice')).toHaveLength(1);
    expect(await mailOf(house, 'orchestrator', 'completion')).toMatchObject([{ body: text }]);
    const { reports } = await user.call('reports', { query: { kind: 'completion' } });
    expect(reports).toMatchObject([{ agent: 'shop/sysadmin', text, subjects: ['role:sysadmin'] }]);
    const directory = join(layout.registryLogs, 'reports');
    const [file = ''] = readdirSync(directory);
    expect(JSON.parse(readFileSync(join(directory, file), 'utf8'))).toMatchObject({
      text,
      signedBy: 'shop/sysadmin',
    });
  });

  it('that contradict each other are put before the hub once', async () => {
    const house = await open(team);
    const { as, user } = house;
    await user.call('setDependencies', { body: { role: 'developer', needs: ['sysadmin'] } });
    const report = (role: string, kind: 'completion' | 'failure', text: string) =>
      as(role).call('report', { body: { role, kind, text } });
    await report('sysadmin', 'completion', 'PostgreSQL 16 is installed on db1');
    await report('developer', 'failure', 'What the sysadmin installed refuses connections on port 5432');
    await report('developer', 'failure', 'An unrelated test fails in parser.ts');
    const told = await mailOf(house, 'orchestrator', 'notice');
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toMatch(/Contradicting reports about role sysadmin/);
  });

  it('are signed by those they are of, and go on by the rules of work', async () => {
    const house = await open(team);
    const { developer, as } = house;
    await expect(developer.call('report', { body: { role: 'tester', text: 'x' } })).rejects.toThrowError(
      codeOf('ORC_DAEMON_FORBIDDEN'),
    );
    const text = 'BUG: crash\nSeverity: critical\nSteps:\n- open it\nExpected: opens\nActual: crashes';
    await as('tester').call('report', { body: { role: 'tester', kind: 'bug', text } });
    expect(await mailOf(house, 'project-manager')).toMatchObject([{ kind: 'bug', sender: 'shop/tester' }]);
    expect(await mailOf(house, 'orchestrator')).toMatchObject([{ kind: 'copy' }]);
    const request = { to: 'orchestrator', kind: 'spec-created', body: 'specs/crash.md is there' };
    await as('project-manager').call('send', { body: request });
    const [work] = await mailOf(house, 'developer', 'spec-created');
    expect(work?.body).toContain('--kind implementation-complete');
  });

  it('end the task that they are about, and the opposite word of the hub is kept and escalated', async () => {
    const house = await open(team);
    {
      using board = openTaskBoard({ path: house.layout.database });
      board.addTasks('shop', [{ id: 't1', title: 'Write it', role: 'developer' }]);
      board.assign('shop.t1', 'shop/developer');
    }
    const body = { role: 'developer', task: 't1', text: 'parser.ts, commit 1a2b3c4' };
    await house.developer.call('report', { body });
    const [task] = (await house.user.call('tasks', { query: { project: 'shop' } })).tasks;
    expect(task).toMatchObject({ state: 'done', result: body.text });
    const params = { id: 'shop.t1', action: 'fail' } as const;
    await expect(
      house.as('orchestrator').call('changeTask', { params, body: { text: 'it does not compile' } }),
    ).rejects.toThrowError(codeOf('ORC_TASKS_CONTRADICTION'));
    const told = await mailOf(house, 'orchestrator', 'notice');
    expect(told.filter(({ body: text }) => text.startsWith('Contradicting'))).toHaveLength(1);
  });
});

describe('asking', () => {
  it('collects the answers to a standup as they come, and says who has not answered', async () => {
    const house = await open({ ...team, roles: ['orchestrator', 'project-manager', 'developer'] });
    const { developer, as, user } = house;
    await expect(developer.call('standup', { body: {} })).rejects.toThrowError(
      codeOf('ORC_DAEMON_FORBIDDEN'),
    );
    await expect(user.call('lastStandup', {})).rejects.toThrowError(codeOf('ORC_DAEMON_NO_STANDUP'));
    const opened = await as('project-manager').call('standup', { body: { withinMs: 60_000 } });
    expect(opened.missing).toEqual(['shop/developer', 'shop/orchestrator']);
    const [question] = (await developer.call('messages', { query: { kind: 'standup' } })).messages;
    expect(question?.replyBy).not.toBeNull();
    const body = 'STATUS [x] [y]\nCompleted:\n- parser\nCurrent: lexer\nBlocked: the key\nETA: noon';
    const reply = { to: 'project-manager', body, kind: 'status', inReplyTo: question?.id };
    await developer.call('send', { body: reply });
    const half = await user.call('lastStandup', {});
    expect(half).toMatchObject({ closedAt: null, missing: ['shop/orchestrator'] });
    expect(half.answers[0]).toMatchObject({ completed: ['parser'], current: 'lexer', blocked: 'the key' });
    const status = { role: 'orchestrator', kind: 'status', text: body } as const;
    await as('orchestrator').call('report', { body: status });
    const [summary] = await waitUntil(async () => {
      const mail = await mailOf(house, 'orchestrator', 'standup-summary');
      return mail.length > 0 ? mail : undefined;
    });
    expect(summary?.body).toContain('2 of 2 have answered');
    expect(await mailOf(house, 'project-manager', 'standup-summary')).toHaveLength(1);
  });

  it('asks for a status, short or in detail, and offers help with an error', async () => {
    const { as } = await open({ ...team, config: { routing: { askReplyMs: 120_000 } } });
    const ask = (about: object) =>
      as('project-manager').call('ask', { body: { agent: 'developer', about: about as { type: 'status' } } });
    expect(await ask({ type: 'status' })).toMatchObject({ kind: 'status-request', warnings: [] });
    const detailed = await ask({ type: 'status', isDetailed: true });
    expect(detailed.body).toContain('which tests ran');
    expect(detailed).toMatchObject({ expectReplyMs: 120_000 });
    const help = await ask({ type: 'error', observed: 'ECONNREFUSED 5432', suggestion: 'start postgres' });
    expect(help).toMatchObject({ kind: 'assistance' });
    expect(help.body).toContain('Observed: ECONNREFUSED 5432\nSuggestion: start postgres');
  });
});

describe('forms', () => {
  it('are printed with what is known, and checked', async () => {
    const { developer } = await open(team);
    const { text } = await developer.call('template', { params: { kind: 'status' } });
    expect(text).toContain('STATUS [shop/developer]');
    const checked = await developer.call('checkText', { params: { kind: 'status' }, body: { text } });
    expect(checked.problems).toHaveLength(4);
    await expect(developer.call('template', { params: { kind: 'note' } })).rejects.toThrowError(
      codeOf('ORC_DAEMON_NO_TEMPLATE'),
    );
  });
});

describe('moving messages', () => {
  it('gives them in pages, and takes back none of somebody who is not there', async () => {
    const { user, developer } = await open(team);
    for (const body of ['one', 'two', 'three'])
      await developer.call('send', { body: { to: 'orchestrator', body } });
    const first = await user.call('exportMessages', { query: { limit: 2 } });
    const rest = await user.call('exportMessages', { query: { afterSeq: first.messages[1]?.seq, limit: 2 } });
    const messages = [...first.messages, ...rest.messages];
    expect(messages.map(({ body }) => body)).toEqual(['one', 'two', 'three']);
    expect(await user.call('importMessages', { body: { messages } })).toEqual({ added: 0 });
    const forged = messages.map((message, index) => ({ ...message, id: `m${index}`, sender: 'shop/nobody' }));
    const imported = user.call('importMessages', { body: { messages: forged } });
    await expect(imported).rejects.toThrowError(codeOf('ORC_DAEMON_BAD_IMPORT'));
    await expect(developer.call('importMessages', { body: { messages } })).rejects.toThrowError(
      codeOf('ORC_DAEMON_FORBIDDEN'),
    );
  });

  it.each([true, false])('takes none that wait for each other (only checked: %s)', async (isDryRun) => {
    const { user, developer } = await open(team);
    for (const body of ['one', 'two']) await developer.call('send', { body: { to: 'orchestrator', body } });
    const { messages } = await user.call('exportMessages', {});
    const cycle = messages.map((message, index) => ({
      ...message,
      ...{ id: `m${index}`, after: [`m${1 - index}`] },
    }));
    await expect(user.call('importMessages', { body: { messages: cycle, isDryRun } })).rejects.toThrowError(
      codeOf('ORC_QUEUE_DEPENDENCY_CYCLE'),
    );
    const left = await user.call('exportMessages', {});
    expect(left.messages.map(({ body }) => body)).toEqual(['one', 'two']);
    const chain = cycle.map((message, index) => ({ ...message, after: index === 0 ? [] : ['m0'] }));
    const body = { messages: chain, isDryRun };
    expect(await user.call('importMessages', { body })).toEqual({ added: isDryRun ? 0 : 2 });
  });

  it('marks as read what was on the screen, and nothing else', async () => {
    const { user, developer } = await open(team);
    const [one] = await Promise.all(
      ['one', 'two'].map((body) => developer.call('send', { body: { to: 'user', body } })),
    );
    expect((await user.call('inbox', {})).messages).toHaveLength(2);
    expect(await user.call('readInbox', { body: { ids: [one?.id ?? ''] } })).toEqual({ read: 1 });
    expect((await user.call('inbox', {})).messages.map(({ body }) => body)).toEqual(['two']);
    expect(await user.call('readInbox', { body: { ids: [one?.id ?? ''] } })).toEqual({ read: 0 });
  });
});
