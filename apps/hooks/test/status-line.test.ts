import { describe, expect, it } from 'vitest';
import { makeHome, runHook, startDaemon, startRawDaemon } from './harness.ts';

const args = ['status-line'];
const stdin = '{"session_id":"s1","context_window":{"used_percentage":41}}';
const line = (text: string) => ({ code: 0, stdout: `${text}\n`, stderr: '' });

describe('the status line', () => {
  it.each([
    ['{"unread":3}', 'shop/developer · 3 unread'],
    ['{"unread":0}', 'shop/developer'],
    ['{"other":1}', '{"other":1}'],
    ['shop/developer is parked until 9:00\nand more', 'shop/developer is parked until 9:00'],
    ['shop/developer\u001b[31m', 'shop/developer'],
    ['x'.repeat(500), 'x'.repeat(120)],
    ['', 'shop/developer'],
  ])('reads %j as one short line', async (answer, text) => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(answer));
    expect(await runHook(home, { args, stdin })).toEqual(line(text));
    expect(calls).toMatchObject([
      { url: '/v1/status-line', headers: { authorization: 'Bearer a-secret' }, body: Buffer.from(stdin) },
    ]);
  });

  it('names the agent when nobody answers, refuses, talks nonsense or hangs', async () => {
    const home = makeHome();
    expect(await runHook(home, { args, stdin })).toEqual(line('shop/developer'));
    const server = await startRawDaemon(home, (socket) => socket.end('HTTP/1.1 500 No\r\n\r\nno'));
    expect(await runHook(home, { args, stdin })).toEqual(line('shop/developer'));
    server.removeAllListeners('connection').on('connection', (socket) => {
      socket.on('error', () => undefined).end('no');
    });
    expect(await runHook(home, { args, stdin })).toEqual(line('shop/developer'));
    server.removeAllListeners('connection').on('connection', (socket) => {
      socket.on('error', () => undefined).resume();
    });
    expect(await runHook(home, { args: [...args, '--deadline-ms=100'], stdin })).toEqual(
      line('shop/developer'),
    );
    expect(home.spool()).toEqual([]);
  });
});
