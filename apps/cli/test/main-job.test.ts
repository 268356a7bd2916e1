import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageView } from '@orc/contracts';
import { waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import {
  as,
  makeWorld,
  snapshot,
  startShop,
  waitForMessage,
  waitForTasks,
  makeShop,
  spec,
  type UpAnswer,
  type World,
} from './world.ts';

describe('a team on the user’s own project', () => {
  it('does the tasks of the spec and leaves the user’s checkout alone', async () => {
    const world = makeWorld();
    const shop = makeShop();
    const before = snapshot(shop);
    const words = [
      'up',
      '--project',
      shop.path,
      '--name',
      'shop',
      '--spec',
      shop.specPath,
      '--roles',
      'developer,tester',
    ];
    const first = await world.orc<UpAnswer>(...words);
    expect(first.changed).toBe(true);

    const second = await world.orc<UpAnswer>(...words);
    expect(second).toMatchObject({ project: 'shop', changed: false, did: [] });

    const tasks = await waitForTasks(world);
    expect(tasks.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect(tasks.every(({ result }) => (result ?? '').length > 0)).toBe(true);
    expect(snapshot(shop)).toBe(before);

    const refused = await world.run(['up', '--project', shop.path, '--runtime', 'claude']);
    expect(refused.stderr).toContain('ORC_DAEMON_DECIDED');
    const path = join(world.home, 'NEXT.md');
    writeFileSync(path, `${spec}\n## Phase 3: Print\n\n4. Print the price list (after: 3) [developer]\n`);
    const third = await world.orc<UpAnswer>('up', '--project', shop.path, '--spec', path);
    expect(third.did).toEqual([
      'the new spec adds 1 tasks: Print the price list',
      '1 tasks are on the board',
    ]);
    expect(await waitForTasks(world)).toHaveLength(4);
    expect(shop.git('for-each-ref', '--format=%(refname:short)', 'refs/heads')).toMatch(
      /feature\/shop-developer/,
    );

    const sent = await world.orc<MessageView>(
      'send',
      'developer',
      'How far are you?',
      '--kind',
      'question',
      '--expect-reply',
      '5m',
    );
    expect(sent).toMatchObject({ sender: 'user', recipient: 'shop/developer' });
    await waitForMessage(world, sent.id);
    const inbox = await waitUntil(
      async () => {
        const answer = await world.orc<{ messages: MessageView[] }>('inbox', '--all');
        return answer.messages.find(({ inReplyTo }) => inReplyTo === sent.id);
      },
      { timeoutMs: 30_000 },
    );
    expect(inbox).toMatchObject({ sender: 'shop/developer', recipient: 'user' });

    const acts = () =>
      world.orc<{ events: object[] }>(
        'events',
        '--tail',
        '1000',
        '--types',
        'project.*,agent.launched,agent.relaunched,work.*',
      );
    const actsBefore = await acts();
    expect(await world.orc<UpAnswer>('resume', '--status-only')).toMatchObject({ changed: false, did: [] });
    expect(await acts()).toEqual(actsBefore);

    const down = await world.orc<UpAnswer>('down');
    expect(down.changed).toBe(true);
    expect((await world.project()).status).toBe('stopped');
    expect(await world.orc<UpAnswer>('down')).toMatchObject({ changed: false });
    expect(snapshot(shop)).toBe(before);
  }, 400_000);

  it('refuses what it cannot do with a code, and makes nothing', async () => {
    const world = makeWorld();
    const missing = await world.run(['up', '--project', world.home, '--spec', '/nowhere/SPEC.md']);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('ORC_CLI_NOT_READABLE');
    const shop = makeShop();
    const unknown = await world.run([
      'up',
      '--project',
      shop.path,
      '--spec',
      shop.specPath,
      '--team-type',
      'web_aplication',
    ]);
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain('web_application');
    expect((await world.status()).projects).toEqual([]);
  }, 400_000);

  it('names both ways on when Claude Code is not installed', async () => {
    const world = makeWorld({
      agents: { runtime: 'claude' },
      claude: { command: ['claude-that-is-not-there'] },
    });
    const shop = makeShop();
    const result = await world.run(['up', '--project', shop.path, '--spec', shop.specPath]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('ORC_RUNTIME_NOT_INSTALLED');
    expect(result.stderr).toContain('--runtime sim');
    expect((await world.status()).projects).toEqual([]);
  }, 400_000);
});

describe('agents and the daemon', () => {
  it('takes everything over when the daemon is killed in the middle, and loses no message', async () => {
    const world = makeWorld();
    const { shop } = await startShop(world, '--roles', 'developer,tester');
    const before = (await world.project()).agents.map(({ id, pid }) => [id, pid]);
    const sent: MessageView[] = [];
    for (let index = 0; index < 5; index += 1) {
      sent.push(await world.orc<MessageView>('send', 'developer', `note ${index}`));
      if (index === 2) process.kill(await world.daemonPid(), 'SIGKILL');
    }
    for (const { id } of sent) await waitForMessage(world, id);
    await waitForTasks(world);
    expect((await world.project()).agents.map(({ id, pid }) => [id, pid])).toEqual(before);
    const { messages } = await world.orc<{ messages: MessageView[] }>('msg', 'list', '--limit', '1000');
    expect(messages.filter(({ state }) => state === 'dead')).toEqual([]);
    // Each task was acted on once: one commit per task and no other. A fast lane may have passed one on.
    const commits = shop.git('log', '--branches', '--no-merges', '--format=%s', '^main');
    expect(commits.split('\n')).toHaveLength(3);
    await expectNoForgery(world);
  }, 400_000);

  it('starts a killed agent again and briefs it, and a team that is taken down by force leaves nothing behind', async () => {
    const world = makeWorld();
    await startShop(world, '--roles', 'developer');
    await waitForTasks(world);
    const { pid } = await world.agent('developer');
    process.kill(pid ?? 0, 'SIGKILL');
    await waitUntil(async () => {
      const agent = await world.agent('developer');
      return agent.pid !== null && agent.pid !== pid;
    });
    const sent = await world.orc<MessageView>('send', 'developer', 'Are you back?');
    await waitForMessage(world, sent.id);
    const { messages } = await world.orc<{ messages: MessageView[] }>('msg', 'list', '--kind', 'rebrief');
    expect(messages[0]?.recipient).toBe('shop/developer');
    expect(messages[0]?.state).toBe('seen');
    expect(await world.orc<UpAnswer>('down', '--force')).toMatchObject({ changed: true });
    expect((await world.project()).agents.map(({ pid }) => pid)).toEqual([null, null]);
  }, 400_000);
});

/** No agent sends in another's name or reads another's mail. */
async function expectNoForgery(world: World): Promise<void> {
  const env = as(world, 'tester');
  const sent = await world.run(['send', 'shop/developer', 'hello', '--json'], { env });
  expect(JSON.parse(sent.stdout)).toMatchObject({ sender: 'shop/tester' });
  const foreign = await world.run(['inbox', '--agent', 'shop/developer'], { env });
  expect(foreign.stderr).toContain('ORC_DAEMON_FORBIDDEN');
  const down = await world.run(['down'], { env });
  expect(down.stderr).toContain('ORC_DAEMON_FORBIDDEN');
  const forged = await world.run(['send', 'shop/developer', 'hello'], {
    env: { ORC_TOKEN_FILE: `${world.orcHome}/config.yaml` },
  });
  expect(forged.stderr).toContain('ORC_DAEMON_UNAUTHORIZED');
}
