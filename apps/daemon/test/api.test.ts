import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, layoutOf, type Client, type Layout } from '@orc/contracts';
import { openRegistry } from '@orc/registry';
import { makeGitRepository, makeTempDirectory, onTeardown } from '@orc/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { hashToken } from '../src/http/auth.ts';
import { startApiServer } from '../src/http/server.ts';
import type { Handlers } from '../src/http/handlers.ts';
import { startDaemon } from '../src/start.ts';

const log = pino({ level: 'silent' });
const codeOf = (code: string) => expect.objectContaining({ code }) as Error;

interface House {
  readonly layout: Layout;
  readonly user: Client;
  readonly developer: Client;
}

/** Projects and agents as a team leaves them that was stopped: known, and without windows. */
function furnish(layout: Layout): void {
  using registry = openRegistry({ path: layout.database });
  for (const slug of ['shop', 'other']) {
    registry.saveProject({
      slug,
      name: slug,
      path: `/nowhere/${slug}`,
      parentBranch: 'main',
      specPath: null,
      specText: null,
      teamType: 'web_application',
      plan: 'max5',
      size: 'medium',
      runtime: 'sim',
      tmuxSession: slug,
      status: 'stopped',
      hub: 'orchestrator',
      createdAt: 1,
    });
    for (const role of ['developer', 'tester'])
      registry.saveAgent({
        id: `${slug}/${role}`,
        project: slug,
        role,
        title: role,
        windowName: role,
        branch: null,
        worktreePath: null,
        runtime: 'sim',
        tokenHash: hashToken(`${slug}-${role}`),
        desired: 'stopped',
        paneId: null,
        tmuxServer: null,
        pid: null,
        pidStartedAt: null,
        sessionId: null,
        transcriptPath: null,
        launchedAt: null,
        launchCount: 0,
        isTemporary: false,
        purpose: null,
      });
  }
}

async function start(layout: Layout): Promise<AsyncDisposable> {
  const loaded = loadConfig(layout.config, {});
  return startDaemon({ layout, loaded, log, environment: process.env, stop: () => undefined });
}

async function open({ isFurnished = true } = {}): Promise<House> {
  const home = join(makeTempDirectory(), 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  writeFileSync(layout.operatorToken, 'operator', { mode: 0o600 });
  if (isFurnished) furnish(layout);
  const daemon = await start(layout);
  onTeardown(async () => {
    await daemon[Symbol.asyncDispose]();
  });
  const as = (token: string) => createClient({ socketPath: layout.socket, token });
  return { layout, user: as('operator'), developer: as('shop-developer') };
}

describe('the API', () => {
  it('serves one daemon per home', async () => {
    const { layout } = await open();
    await expect(start(layout)).rejects.toThrowError(codeOf('ORC_DAEMON_ALREADY_RUNS'));
  });

  it('knows callers by their token only', async () => {
    const { layout, developer } = await open();
    const nobody = createClient({ socketPath: layout.socket, token: 'guess' });
    await expect(nobody.call('status', {})).rejects.toThrowError(codeOf('ORC_DAEMON_UNAUTHORIZED'));
    await expect(developer.call('shutdown', { body: {} })).rejects.toThrowError(
      codeOf('ORC_DAEMON_FORBIDDEN'),
    );
  });

  it('lets no agent reach another project', async () => {
    const { developer } = await open();
    const forbidden = codeOf('ORC_DAEMON_FORBIDDEN');
    await expect(developer.call('send', { body: { to: 'other/tester', body: 'x' } })).rejects.toThrowError(
      forbidden,
    );
    await expect(developer.call('tasks', { query: { project: 'other' } })).rejects.toThrowError(forbidden);
    const params = { project: 'other', role: 'developer' };
    await expect(developer.call('agentContext', { params })).rejects.toThrowError(forbidden);
  });

  it('shows and changes messages for those they concern only', async () => {
    const { user, developer } = await open();
    const { id } = await user.call('send', { body: { to: 'shop/tester', body: 'for the tester' } });
    await expect(developer.call('message', { params: { id } })).rejects.toThrowError(
      codeOf('ORC_DAEMON_NOT_YOURS'),
    );
    const own = await developer.call('send', { body: { to: 'tester', body: 'from the developer' } });
    const finish = developer.call('changeMessage', { params: { id: own.id, action: 'finish' }, body: {} });
    await expect(finish).rejects.toThrowError(codeOf('ORC_DAEMON_FORBIDDEN'));
  });

  it.each([
    ['a project that is not there', 'tasks', { query: { project: 'none' } }, 'ORC_DAEMON_UNKNOWN_PROJECT'],
    ['no project where there are several', 'tasks', {}, 'ORC_DAEMON_WHICH_PROJECT'],
    [
      'an agent that is not there',
      'send',
      { body: { to: 'shop/nobody', body: 'x' } },
      'ORC_DAEMON_UNKNOWN_AGENT',
    ],
    ['a body that is not understood', 'send', { body: { to: 5 } }, 'ORC_DAEMON_BAD_REQUEST'],
    [
      'a broadcast that nobody hears',
      'broadcast',
      { body: { project: 'shop', body: 'x', purpose: 'y' } },
      'ORC_DAEMON_NOBODY_TO_TELL',
    ],
    [
      'the window of an agent without one',
      'attachment',
      { params: { project: 'shop', role: 'developer' } },
      'ORC_DAEMON_AGENT_NOT_RUNNING',
    ],
  ] as const)('refuses %s', async (_, name, input, code) => {
    const { user } = await open();
    // The table mixes calls, so the type of each input cannot be followed.
    await expect(user.call(name as 'send', input as never)).rejects.toThrowError(codeOf(code));
  });

  it('plans nothing without a spec, and gives no name twice', async () => {
    const { user } = await open();
    const { path } = makeGitRepository();
    await expect(user.call('plan', { body: { path } })).rejects.toThrowError(codeOf('ORC_DAEMON_NO_SPEC'));
    const spec = { path: 'SPEC.md', text: '# Shop\n\n1. Write it\n' };
    const named = user.call('plan', { body: { path, spec, name: 'shop' } });
    await expect(named).rejects.toThrowError(codeOf('ORC_DAEMON_SLUG_TAKEN'));
  });

  it('tells a waiting hook that a newer one has taken its place', async () => {
    const { developer } = await open();
    const older = developer.call('wait', { body: {} });
    const replaced = expect(older).rejects.toThrowError(codeOf('ORC_DAEMON_REPLACED'));
    const stop = new AbortController();
    const newer = developer.call('wait', { body: {} }, { signal: stop.signal });
    await replaced;
    stop.abort();
    await expect(newer).rejects.toThrow();
  });
});

describe('a bug in a handler', () => {
  it('is answered as one, and the server goes on', async () => {
    const socketPath = join(makeTempDirectory(), 's.sock');
    const broken = () => {
      throw new TypeError('undefined is not a team');
    };
    const handlers = new Proxy({}, { get: () => broken }) as Handlers;
    const authenticate = () => ({ type: 'operator', name: 'user' }) as const;
    const server = await startApiServer({ socketPath, handlers, authenticate, log });
    onTeardown(async () => {
      await server[Symbol.asyncDispose]();
    });
    const client = createClient({ socketPath, token: '' });
    for (let round = 0; round < 2; round += 1)
      await expect(client.call('health', {})).rejects.toThrowError(codeOf('ORC_DAEMON_BUG'));
  });
});
