import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventView, MessageView, TaskView } from '@orc/contracts';
import { onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { furnish } from './furnish.ts';
import { as, makeWorld, type World } from './world.ts';

const BIN = join(import.meta.dirname, '..', 'bin', 'orc.js');
const TIMEOUT_MS = 400_000;

/** The command line as an agent uses it. */
const agentOf =
  (world: World, role: string) =>
  (...words: string[]) =>
    world.run([...words, '--json'], { env: as(world, role) });
const mailOf = async (world: World, agent: string, kind: string) =>
  (await world.orc<{ messages: MessageView[] }>('msg', 'list', '--agent', agent, '--kind', kind)).messages;

describe('those who lead a team', () => {
  it(
    'escalate, update the team, put work on the board and hear of what they asked for',
    async () => {
      const world = makeWorld({ notices: { digestMs: 0 } });
      furnish(world, ['orchestrator', 'project-manager', 'developer']);
      const [manager, developer] = [agentOf(world, 'project-manager'), agentOf(world, 'developer')];

      const escalated = await manager(
        ...['escalate', 'Two agents fail at every start', '--tried', 'restarted both, 1 still fails'],
        ...['--recommend', 'look at memory', '--need', 'a word on a smaller team, today'],
      );
      expect(JSON.parse(escalated.stdout)).toMatchObject({
        recipient: 'shop/orchestrator',
        kind: 'escalation',
        body: [
          'ESCALATION: Two agents fail at every start',
          '- Issue: Two agents fail at every start',
          '- Actions Taken: restarted both, 1 still fails',
          '- Recommendation: look at memory',
          '- Need: a word on a smaller team, today',
        ].join('\n'),
        warnings: [],
      });

      // A defect that somebody reports is kept as work, and an urgent one goes before the plan (D-14, D-16).
      const refused = await developer('task', 'add', 'Round prices', '--role', 'developer');
      expect(refused.stderr).toContain('ORC_DAEMON_FORBIDDEN');
      const add = async (...words: string[]) =>
        JSON.parse((await manager('task', 'add', ...words)).stdout) as { task: TaskView; isNew: boolean };
      const busy = await add('Write the price list', '--role', 'developer');
      expect(busy.task).toMatchObject({ id: 'shop.write-the-price-list', state: 'assigned' });
      await add('Round prices to cents', '--role', 'developer', '--priority', 'low');
      const bug = [
        'Fix the crash on an empty list',
        '--role',
        'developer',
        '--criterion',
        'prints nothing, and exits with 0',
      ];
      expect(await add(...bug, '--priority', 'critical')).toMatchObject({
        isNew: true,
        task: { criteria: ['prints nothing, and exits with 0'] },
      });
      expect(await add(...bug)).toMatchObject({
        isNew: false,
        task: { id: 'shop.fix-the-crash-on-an-empty-list' },
      });
      expect((await developer('task', 'done', busy.task.id, 'All prices, commit 1a2b3c4')).exitCode).toBe(0);
      const { tasks } = await world.orc<{ tasks: TaskView[] }>('task', 'list');
      expect(tasks.filter(({ state }) => state === 'assigned').map(({ title }) => title)).toEqual([bug[0]]);

      const update = JSON.parse(
        (await manager('team-update', '--next', 'in two hours', '--send')).stdout,
      ) as { text: string };
      expect(update.text).toMatch(
        /^TEAM STATUS UPDATE\n- Active Agents: \d of 3 .+\n- Recent Issues: .+\n- Daemon Health: up .+\n- Team Velocity: 1 of 3 tasks done, 1 within an hour\n- Next Checkpoint: in two hours$/,
      );
      expect((await mailOf(world, 'shop/developer', 'note')).map(({ body }) => body)).toEqual([update.text]);

      const wrong = await developer('subscribe', '--events', 'type in');
      expect(wrong).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('ORC_EVENT_BUS_BAD_FILTER') as string,
      });
      const filter = 'task.* and data.by = shop/project-manager';
      const subscribed = await developer('subscribe', '--events', filter);
      expect(JSON.parse(subscribed.stdout)).toMatchObject({ subscriber: 'shop/developer', events: [filter] });
      await add('Name the currency', '--role', 'developer');
      const [told] = await waitUntil(async () => {
        const found = await mailOf(world, 'shop/developer', 'notice');
        return found.some(({ body }) => body.includes('task.added')) && found;
      });
      expect(told?.body).toContain('Name the currency');
      await developer('subscribe', '--events', filter, '--off');
      expect((await world.orc<{ events: object[] }>('subscribe', '--project', 'shop')).events).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'follow what is published, and play again what was decided and never told',
    async () => {
      const world = makeWorld();
      furnish(world, ['orchestrator', 'project-manager', 'developer']);
      await world.orc('publish', '--project', 'shop', '--tag', 'release', 'Main is frozen');
      const follower = spawn(
        process.execPath,
        [BIN, 'read', '--session', 'shop', '--tag', 'release', '--tail', '1', '--follow', '--json'],
        {
          env: { ...world.environment },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      onTeardown(() => void follower.kill());
      let printed = '';
      follower.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      const lines = () => printed.trim().split('\n');
      await waitUntil(() => printed.includes('Main is frozen'), { timeoutMs: 60_000 });
      await world.orc('publish', '--project', 'shop', '--tag', 'release', 'Main is open again');
      await waitUntil(() => printed.includes('open again'), { timeoutMs: 60_000 });
      expect(lines().map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
        'Main is frozen',
        'Main is open again',
      ]);

      // What a daemon that was killed had decided and not queued stands in the log alone.
      await world.orc('daemon', 'stop');
      const directory = join(world.orcHome, 'logs', 'events');
      const [day = ''] = readdirSync(directory).sort().reverse();
      const path = join(directory, day);
      const [first = '{}'] = readFileSync(path, 'utf8').split('\n');
      const decided: Partial<EventView> = {
        ...(JSON.parse(first) as EventView),
        ...{
          id: 'n0000000001',
          seq: 1_000_000,
          type: 'notice.decided',
          severity: 'warning',
          source: 'notices',
        },
        ...{ at: Date.now() - 3_600_000, message: 'n0000000001', project: 'shop' },
        data: { recipient: 'shop/developer', text: 'The build is red', key: 'red' },
      };
      appendFileSync(path, `${JSON.stringify(decided)}\n`);
      const dry = await world.orc<{ isDry: boolean }>('replay', '--since', '2h', '--into', 'notices');
      expect(dry.isDry).toBe(true);
      expect(await mailOf(world, 'shop/developer', 'notice')).toEqual([]);
      const played = () =>
        world.orc<{ outcomes: object }>('replay', '--since', '2h', '--into', 'notices', '--apply');
      expect(await played()).toMatchObject({ isDry: false, outcomes: { told: 1 } });
      // The decision stands in the log a second time now, under the same id.
      expect(await played()).toMatchObject({ outcomes: { known: 2 } });
      expect((await mailOf(world, 'shop/developer', 'notice')).map(({ body }) => body)).toEqual([
        'The build is red',
      ]);

      const cleared = await world.orc<object>('monitor', 'clear-queues');
      expect(cleared).toMatchObject({ cancelled: 1 });
      const [gone] = await mailOf(world, 'shop/developer', 'notice');
      expect(gone?.state).toBe('dead');

      const { stdout: script } = await world.run(['monitor', 'script']);
      const file = join(world.home, 'monitor.sh');
      writeFileSync(file, script);
      expect(spawnSync('sh', ['-n', file]).status).toBe(0);
    },
    TIMEOUT_MS,
  );
});
