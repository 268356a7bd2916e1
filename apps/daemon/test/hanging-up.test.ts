import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { openRegistry } from '@orc/registry';
import { waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { agentRecord } from '../fixtures/records.ts';
import { hashToken } from '../src/http/auth.ts';
import { open, type House } from './house.ts';

const AGENT = 'shop/developer';
const TOKEN = 'shop-developer';
const session = {
  session_id: '5f1f1c2e-1a50-4d2e-8a65-0f7d6f2a9d11',
  transcript_path: '/nowhere/session.jsonl',
  cwd: '/nowhere',
};
const STOP = JSON.stringify({ hook_event_name: 'Stop', ...session, stop_hook_active: false });
const TOOL = JSON.stringify({
  hook_event_name: 'PostToolUse',
  ...session,
  tool_name: 'Bash',
  tool_input: {},
  tool_response: {},
});

/** A daemon that takes the developer for one that was launched and has ended its turn. */
async function openIdle(): Promise<House> {
  const house = await open({ desired: 'running' });
  using registry = openRegistry({ path: house.layout.database });
  const tokenHash = hashToken(TOKEN);
  registry.saveAgent(agentRecord('developer', { project: 'shop', tokenHash, launchedAt: Date.now() }));
  await ask(house, '/v1/hooks', STOP);
  const { agents } = await house.user.call('agents', {});
  expect(agents.find(({ id }) => id === AGENT)?.state.state).toBe('idle');
  return house;
}

async function ask({ layout }: House, path: string, body: string): Promise<string> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const call = request({ socketPath: layout.socket, path, method: 'POST', headers, agent: false });
  call.end(body);
  const [answer] = (await once(call, 'response')) as [Parameters<typeof text>[0]];
  return text(answer);
}

/** Asks, and is gone before there is an answer: what a hook does whose time was up while the daemon was busy. */
async function askAndGo({ layout }: House, path: string, body: string): Promise<void> {
  const socket = connect(layout.socket);
  await once(socket, 'connect');
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: orc',
    `Authorization: Bearer ${TOKEN}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
  await once(socket, 'close');
}

const untilNoticed = ({ layout }: House) => {
  using registry = openRegistry({ path: layout.database });
  return registry.facts(AGENT).some(({ kind }) => kind === 'tool.finished');
};

it('mail is not given to a hook that has hung up, but to the next', async () => {
  const house = await openIdle();
  const { id } = await house.user.call('send', { body: { to: AGENT, body: 'Look at the cart.' } });
  await askAndGo(house, '/v1/hooks', TOOL);
  await waitUntil(() => untilNoticed(house), { what: 'the event' });
  expect((await house.user.call('message', { params: { id } })).message.state).toBe('queued');
  expect(await ask(house, '/v1/hooks', TOOL)).toContain(`[orc:${id}]`);
});

it('mail is not given to a waiter that has hung up, but to the next', async () => {
  const house = await openIdle();
  const { id } = await house.user.call('send', { body: { to: AGENT, body: 'Look at the cart.' } });
  await askAndGo(house, '/v1/wait', '');
  expect(await ask(house, '/v1/wait', '')).toContain(`[orc:${id}]`);
  expect((await house.user.call('message', { params: { id } })).message.attempts).toBe(0);
});
