import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from '@orc/contracts';
import { openQueue } from '@orc/queue';
import { makeGitRepository, makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { startApiServer } from '../src/http/server.ts';
import type { Handlers } from '../src/http/handlers.ts';
import { codeOf, open, start } from './house.ts';

const log = pino({ level: 'silent' });
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
    [
      'an account that nobody uses',
      'changeCredits',
      { params: { action: 'resume' }, body: { account: 'none' } },
      'ORC_DAEMON_UNKNOWN_ACCOUNT',
    ],
    [
      'a budget for nobody',
      'setBudget',
      { body: { scope: 'none', unit: 'usd', soft: 1, hard: null } },
      'ORC_DAEMON_UNKNOWN_SCOPE',
    ],
    [
      'a question with a word that no answer would heed',
      'messages',
      { query: { recipient: 'shop/developer' } },
      'ORC_DAEMON_BAD_REQUEST',
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

/** As the hook program asks: the client's own text, and an answer that is printed as it is. */
function runHook(socketPath: string, token: string, input: object): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST', path: '/v1/hooks', headers }, (response) => {
      text(response).then(resolve, reject);
    });
    asked.on('error', reject).end(JSON.stringify(input));
  });
}

describe('a prompt by which a client goes on after its limit', () => {
  it('carries the mail that waited, and not what would have told it to go on', async () => {
    const { user, layout } = await open({ desired: 'running' });
    using queue = openQueue({ path: layout.database });
    const mail = { sender: 'user', recipient: 'shop/developer' };
    const told = queue.send({ ...mail, sender: 'orc', kind: 'continue', body: 'Go on.' });
    const note = queue.send({ ...mail, body: 'The price is 2.' });
    const prompt = 'Your claude.ai usage limit has reset. Continue the task you were working on.';
    const answer = await runHook(layout.socket, 'shop-developer', {
      hook_event_name: 'UserPromptSubmit',
      session_id: 's1',
      prompt,
    });
    expect(answer).toContain(note.id);
    expect(answer).not.toContain(told.id);
    const { message } = await user.call('message', { params: { id: told.id } });
    expect(message).toMatchObject({ state: 'dead', reason: 'its client went on by itself' });
  });
});

describe('the log', () => {
  it('is asked with a filter, counted and played again, and refuses a filter that cannot be read', async () => {
    const { user } = await open();
    const { id } = await user.call('send', { body: { to: 'shop/tester', body: 'for the log' } });
    const filter = `message.queued and message = ${id}`;
    await waitUntil(async () => (await user.call('events', { query: { filter } })).events.length === 1);
    expect(await user.call('eventCounts', { query: { filter } })).toMatchObject({ total: 1, damaged: 0 });
    const played = await user.call('replay', { body: { since: 0, into: 'ledger' } });
    expect(played).toMatchObject({ isDry: true, differences: [] });
    expect(played.outcomes.queued).toBeGreaterThan(0);
    const wrong = user.call('events', { query: { filter: 'severity >=' } });
    await expect(wrong).rejects.toThrowError(codeOf('ORC_EVENT_BUS_BAD_FILTER'));
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
