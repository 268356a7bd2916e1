import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { open, type House } from './house.ts';

const AGENT = 'shop/developer';

async function runHook({ layout }: House, event: string, fields: object): Promise<string> {
  const headers = { authorization: 'Bearer shop-developer' };
  const call = request({
    socketPath: layout.socket,
    path: '/v1/hooks',
    method: 'POST',
    headers,
    agent: false,
  });
  call.end(JSON.stringify({ hook_event_name: event, cwd: '/nowhere', ...fields }));
  const [answer] = (await once(call, 'response')) as [Parameters<typeof text>[0]];
  return text(answer);
}

it('what /clear threw away unanswered comes again, and what was answered at the very end does not', async () => {
  const house = await open({ desired: 'running' });
  const transcript = join(makeTempDirectory(), 'before.jsonl');
  const session = { session_id: 's1', transcript_path: transcript };
  const write = (...records: object[]) =>
    appendFileSync(transcript, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const stateOf = async (id: string) => (await house.user.call('message', { params: { id } })).message;
  const deliver = async (body: string) => {
    const { id } = await house.user.call('send', { body: { to: AGENT, body } });
    expect(await runHook(house, 'PostToolUse', { ...session, tool_name: 'Bash' })).toContain(`[orc:${id}]`);
    return id;
  };
  const prompt = (uuid: string, parentUuid: string | null, id: string) => ({
    ...{ type: 'user', uuid, parentUuid, message: { role: 'user', content: `[orc:${id}] note from user` } },
  });

  await runHook(house, 'SessionStart', { ...session, source: 'startup' });
  const answered = await deliver('The price is 2.');
  write(prompt('a', null, answered), { type: 'api-request', id: 'request-1' });
  const left = await deliver('The price is 3.');
  // Of these nobody is told before /clear.
  const answer = {
    type: 'assistant',
    requestRef: 'request-1',
    message: { model: 'some-model', content: [] },
  };
  write({ ...answer, uuid: 'b', parentUuid: 'a' }, prompt('c', 'b', left));

  const began = await runHook(house, 'SessionStart', {
    ...{ session_id: 's2', transcript_path: join(makeTempDirectory(), 'after.jsonl'), source: 'clear' },
  });
  expect(began).toContain(`[orc:${left}]`);
  expect(began).not.toContain(`[orc:${answered}]`);
  expect(await stateOf(answered)).toMatchObject({ state: 'seen' });
  expect(await stateOf(left)).toMatchObject({ state: 'injected', channel: 'SessionStart', attempts: 0 });
});
