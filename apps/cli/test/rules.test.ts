import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventView, MessageView, VerdictView, ViolationView } from '@orc/contracts';
import { makeTempDirectory, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { as, makeWorld, startShop, waitForTasks, type World } from './world.ts';

const eventsOf = async (world: World, types: string) =>
  (await world.orc<{ events: EventView[] }>('events', '--tail', '1000', '--types', types)).events;
const violationsOf = async (world: World, ...words: string[]) =>
  (await world.orc<{ violations: ViolationView[] }>('violations', ...words)).violations;
const waitForViolation = (world: World, rule: string) =>
  waitUntil(async () => (await violationsOf(world, '--rule', rule))[0], { what: `a violation of ${rule}` });

interface Checked {
  readonly judged: { agent: string; violations: VerdictView[] }[];
}
interface Tested {
  readonly problems: { origin: string; line: number; text: string }[];
  readonly results: { isAsExpected: boolean }[];
}

/** As an agent runs git: with its name in the environment. */
const asAgent = (world: World, cwd: string, agent: string, ...args: string[]) =>
  spawnSync('git', args, { cwd, encoding: 'utf8', env: { ...world.environment, ORC_AGENT: agent } });
const auditOf = (world: World, area: string, file: string): Record<string, unknown>[] => {
  const day = new Date().toISOString().slice(0, 10);
  const path = join(world.orcHome, 'registry', 'logs', area, day, `${file}.jsonl`);
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
};

/** A remote to push to, and a hook of the user's own that notes what is pushed and refuses one branch. */
function addRemote(shop: { readonly path: string }) {
  const remote = join(makeTempDirectory(), 'shop.git');
  execFileSync('git', ['init', '--quiet', '--bare', remote]);
  const note = join(shop.path, '.git', 'pushed');
  const hook = join(shop.path, '.git', 'hooks', 'pre-push');
  writeFileSync(
    hook,
    `#!/bin/sh\ncat > '${note}'\n! grep -q forbidden '${note}' || { echo not this one >&2; exit 1; }\n`,
  );
  chmodSync(hook, 0o755);
  return {
    remote,
    refsOf: () =>
      execFileSync('git', ['-C', remote, 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line !== ''),
    pushedOf: () => readFileSync(note, 'utf8'),
  };
}

describe('a team under rules', () => {
  it('has its commits told by git itself, judged, and refused, and the hooks of the user left alone', async () => {
    const world = makeWorld();
    const { shop } = await startShop(world, '--roles', 'developer,tester');
    await waitForTasks(world);
    const commits = await waitUntil(
      async () => {
        const found = await eventsOf(world, 'git.committed');
        return found.length >= 3 ? found : undefined;
      },
      { what: 'three commits' },
    );
    const developer = await world.agent('developer');
    expect(commits.find(({ agent }) => agent === developer.id)?.data).toMatchObject({
      branch: 'feature/shop-developer',
      by: 'shop/developer',
      isMerge: false,
      sha: shop.git('rev-parse', 'feature/shop-developer'),
      subject: shop.git('log', '-1', '--format=%s', 'feature/shop-developer'),
    });

    const worktree = developer.worktreePath ?? '';
    const commit = (...more: string[]) =>
      asAgent(world, worktree, developer.id, 'commit', '--quiet', '--allow-empty', '--message', ...more);
    const refused = commit('fixes');
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/does not say what changed.*meaningful-messages/) as string,
    });
    expect(await violationsOf(world, '--rule', 'meaningful-messages')).toEqual([]);
    expect(commit('fixes', '--no-verify').status).toBe(0);
    const violation = await waitForViolation(world, 'meaningful-messages');
    expect(violation).toMatchObject({ agent: 'shop/developer', severity: 'medium', state: 'open' });

    const hook = join(shop.path, '.git', 'hooks', 'pre-commit');
    writeFileSync(hook, `#!/bin/sh\ntouch "$(git rev-parse --git-common-dir)/ran-$(basename "$PWD")"\n`);
    chmodSync(hook, 0o755);
    for (const cwd of [shop.path, worktree])
      execFileSync('git', ['commit', '--quiet', '--allow-empty', '--message', 'updates'], {
        cwd,
        env: { ...world.environment },
      });
    expect(existsSync(join(shop.path, '.git', 'ran-developer'))).toBe(true);
    const byHand = await waitUntil(async () =>
      (await eventsOf(world, 'git.committed')).find(
        ({ data }) => (data as { subject: string }).subject === 'updates',
      ),
    );
    // A person is not held to the rules of the team, and what happens in the checkout is nobody's business.
    expect(byHand).toMatchObject({ agent: developer.id, data: { by: null } });
    expect(await violationsOf(world, '--rule', 'meaningful-messages')).toMatchObject([{ count: 1 }]);
    expect(auditOf(world, 'git-activity', 'commits')).toHaveLength(5);

    const { remote, refsOf, pushedOf } = addRemote(shop);
    const push = (...refs: string[]) =>
      asAgent(world, worktree, developer.id, 'push', '--quiet', remote, ...refs);
    const parent = shop.git('symbolic-ref', '--short', 'HEAD');
    expect(push(`HEAD:${parent}`)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /pushes to "main", which only the project manager does.*no-pushes-to-the-parent/s,
      ) as string,
    });
    expect(refsOf()).toEqual([]);
    expect(push('HEAD', 'HEAD:refs/heads/integration/day').status).toBe(0);
    expect(refsOf()).toEqual(['refs/heads/feature/shop-developer', 'refs/heads/integration/day']);
    // Theirs runs first, with what git tells it, and a refusal of theirs is one.
    expect(pushedOf()).toContain('refs/heads/integration/day');
    expect(push('+HEAD~1:refs/heads/integration/day')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no-forced-pushes') as string,
    });
    expect(push('HEAD:refs/heads/forbidden')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not this one') as string,
    });
    expect(refsOf()).toHaveLength(2);
  }, 400_000);

  it('judges each message once, tells who must know once, and lets a person settle it', async () => {
    const world = makeWorld();
    const { shop } = await startShop(world, '--roles', 'developer,tester');
    await waitForTasks(world);
    const developer = { env: as(world, 'developer') };
    const send = (...words: string[]) => world.run(['send', ...words], developer);

    const checked = await world.orc<Checked>(
      'rules',
      'check',
      'Thanks!',
      '--from',
      'developer',
      '--to',
      'tester',
    );
    const said = checked.judged.flatMap((each) => each.violations.map(({ rule }) => rule));
    expect(said).toEqual(['hand-off-tag', 'no-chit-chat']);
    expect(await violationsOf(world, '--rule', 'no-chit-chat')).toEqual([]);

    await send('tester', 'Thanks a lot!');
    await send('tester', 'Great job, thanks');
    const chat = await waitUntil(async () =>
      (await violationsOf(world, '--rule', 'no-chit-chat')).find(({ count }) => count === 2),
    );
    expect(chat).toMatchObject({ agent: 'shop/developer', state: 'open', severity: 'low' });
    await send('tester', 'The build fails: src/prices.ts, line 3 of commit 1234567', '--kind', 'failure');
    const analysed = () => auditOf(world, 'communications', 'compliance_analysis');
    await waitUntil(() => analysed().some(({ kind }) => kind === 'failure'));
    const ids = analysed().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const written = auditOf(world, 'communications', 'messages').map(({ message }) => message);
    expect(written).toEqual(expect.arrayContaining(analysed().map(({ message }) => message)));

    // Keys that nobody attached has typed came around the ledger; the hub hears of it once.
    const { paneId } = await world.agent('tester');
    const socket = join(world.orcHome, 'tmux.sock');
    for (const keys of [['-l', 'do this now'], ['Enter']])
      execFileSync('tmux', ['-S', socket, 'send-keys', '-t', paneId ?? '', ...keys]);
    const raw = await waitForViolation(world, 'no-raw-sends');
    expect(raw).toMatchObject({ agent: 'shop/tester', severity: 'high', state: 'open' });
    const noticesOf = (text: string) =>
      world
        .orc<{ messages: MessageView[] }>('msg', 'list', '--kind', 'notice', '--limit', '1000')
        .then((found) => found.messages.filter(({ body }) => body.includes(text)));
    await waitUntil(async () => (await noticesOf('no-raw-sends')).length > 0);
    expect((await noticesOf('no-raw-sends')).map(({ recipient }) => recipient)).toEqual([
      'shop/orchestrator',
    ]);

    const settled = await world.orc<{ changed: boolean }>(
      'violations',
      'resolve',
      chat.id,
      'they are friends',
    );
    expect(settled.changed).toBe(true);
    expect(await violationsOf(world, '--open', '--rule', 'no-chit-chat')).toEqual([]);
    const events = await eventsOf(world, 'rule.*');
    expect(events.filter(({ data }) => (data as { violation: string }).violation === chat.id)).toMatchObject([
      { type: 'rule.violated' },
      { type: 'rule.resolved', data: { by: 'user' } },
    ]);

    // A rule of the project is in use at once; a mistake is told with its line and changes nothing.
    mkdirSync(join(shop.path, '.orc'));
    const file = join(shop.path, '.orc', 'rules.yaml');
    const fixture = 'fixtures: [{ name: hi, message: { body: thanks }, violates: [] }]\n';
    writeFileSync(file, `rules: [{ id: no-chit-chat, enabled: false }]\n${fixture}`);
    const isCompliant = async () =>
      (await world.orc<Checked>('rules', 'check', 'Thanks!')).judged.every(
        (each) => each.violations.length === 0,
      );
    await waitUntil(isCompliant, { what: 'the rule being off' });
    expect((await world.orc<Tested>('rules', 'test')).results).toEqual([
      expect.objectContaining({ isAsExpected: true }),
    ]);
    writeFileSync(file, 'rules:\n  - id: no-chit-chat\n    enabld: true\n');
    await waitUntil(async () => (await eventsOf(world, 'rules.broken')).length > 0);
    expect(await isCompliant()).toBe(true);
    const broken = await world.run(['rules', 'test', '--json']);
    expect(broken.exitCode).toBe(1);
    expect((JSON.parse(broken.stdout) as Tested).problems).toMatchObject([{ origin: file, line: 3 }]);
  }, 400_000);
});

describe('the rules themselves', () => {
  it('can be read, explained, edited and switched off without a team', async () => {
    const world = makeWorld();
    const list = await world.orc<{ rules: { id: string }[] }>('rules', 'list');
    expect(list.rules.length).toBeGreaterThan(40);
    const explained = await world.run(['rules', 'explain', 'stay-close']);
    expect(explained.stdout).toMatch(/behind is above 20.*What to do/s);
    expect(await world.run(['rules', 'explain', 'stay-closer'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('ORC_RULES_UNKNOWN_RULE') as string,
    });
    const own = join(world.home, 'own.yaml');
    writeFileSync(own, 'rules: [{ id: stay-close, severity: high }]\n');
    const env = { EDITOR: `cp ${own}` };
    expect(await world.run(['rules', 'edit'], { env })).toMatchObject({ exitCode: 0 });
    await waitUntil(
      async () => (await world.run(['rules', 'list'])).stdout.match(/stay-close +git +high/) !== null,
    );
    expect(await world.run(['rules', 'edit'], { env: { EDITOR: 'false' } })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('ORC_CLI_EDITOR_FAILED') as string,
    });
    expect(await world.orc('rules', 'stop')).toEqual({ isOn: false });
    await world.orc('daemon', 'restart');
    expect((await world.run(['rules', 'status'])).stdout).toContain('rules are off');
    expect(await world.orc('rules', 'start')).toEqual({ isOn: true });
  }, 400_000);
});
