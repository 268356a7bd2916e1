import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import {
  agent,
  event,
  makeHome,
  program,
  runHook,
  startDaemon,
  startHook,
  startRawDaemon,
} from './harness.ts';

const nothing = { code: 0, stdout: '', stderr: '' };
const context = JSON.stringify({
  hookSpecificOutput: {
    hookEventName: 'PostToolUse',
    additionalContext: '[orc:m1] note from shop/pm\nhé 😀',
  },
});
const stdin = event('PostToolUse', { tool_name: 'Bash' });

describe('with a daemon', () => {
  it('prints exactly what the daemon answers', async () => {
    const home = makeHome();
    await startDaemon(home, (response) =>
      response.setHeader('content-type', 'application/json').end(context),
    );
    expect(await runHook(home, { stdin })).toEqual({ code: 0, stdout: context, stderr: '' });
    expect(home.log()).toEqual([]);
  });

  it('says who asks and passes the event on as it is', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end());
    expect(await runHook(home, { stdin: `${stdin}\n` })).toEqual(nothing);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      url: '/v1/hooks',
      headers: {
        authorization: 'Bearer a-secret',
        'x-orc-agent': agent,
        'x-orc-pane': '%7',
        'x-orc-client-pid': String(process.pid),
        'content-type': 'application/json',
      },
      body: Buffer.from(`${stdin}\n`),
    });
    expect(home.spool()).toEqual([]);
  });

  it('passes plain text on too: PreCompact is answered with it', async () => {
    const home = makeHome();
    await startDaemon(home, (response) =>
      response.setHeader('content-type', 'text/plain').end('Keep the task t1.\n'),
    );
    expect((await runHook(home, { stdin: event('PreCompact') })).stdout).toBe('Keep the task t1.\n');
  });

  it('passes 5 MB on whole', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(context));
    const big = event('PostToolUse', { tool_response: { stdout: 'é'.repeat(2_500_000) } });
    expect((await runHook(home, { stdin: big })).stdout).toBe(context);
    expect(calls[0]?.body.equals(Buffer.from(big))).toBe(true);
  });

  it('needs no stdin that is an event: the daemon judges', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end());
    expect(await runHook(home, { stdin: '\u0000 garbage' })).toEqual(nothing);
    expect(calls[0]?.body.toString()).toBe('\u0000 garbage');
  });

  it('lets no variable of the environment add a header', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end());
    await runHook(home, { stdin, env: { TMUX_PANE: '%7\r\nx-orc-agent: shop/pm' } });
    expect(calls[0]?.headers).toMatchObject({ 'x-orc-agent': agent, 'x-orc-pane': '' });
  });

  it.each([
    ['with a length', `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(context)}\r\n\r\n${context}`],
    [
      'in chunks',
      Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), chunked(context)]),
    ],
    ['until it hangs up', `HTTP/1.1 200 OK\r\n\r\n${context}`],
    ['after "continue"', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n${context}`],
  ])('reads an answer %s, byte by byte', async (_, answer) => {
    const home = makeHome();
    await startRawDaemon(home, (socket) => {
      socket.setNoDelay(true);
      for (const byte of typeof answer === 'string' ? Buffer.from(answer) : answer)
        socket.write(Buffer.of(byte));
      socket.end();
    });
    expect(await runHook(home, { stdin })).toEqual({ code: 0, stdout: context, stderr: '' });
  });
});

function chunked(text: string): Buffer {
  const bytes = Buffer.from(text);
  // Split inside a character: chunks know nothing of text.
  const split = bytes.indexOf('é') + 1;
  return Buffer.concat([
    Buffer.from(`${split.toString(16)};x=1\r\n`),
    bytes.subarray(0, split),
    Buffer.from(`\r\n${(bytes.length - split).toString(16).toUpperCase()}\r\n`),
    bytes.subarray(split),
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
}

describe('with a daemon that cannot be understood', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  const json = `${ok}content-type: application/json\r\n\r\n`;
  const chunks = `${ok}transfer-encoding: chunked\r\n\r\n`;

  it.each([
    ['the answer is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['the answer has no status', 'HTTP/1.1 abc\r\n\r\n'],
    ['the answer was cut short', `${ok}content-le`],
    ['the answer was cut short', `${ok}content-length: 100\r\n\r\n{"a":`],
    ['the length is no number', `${ok}content-length: -1\r\n\r\n0123456789`],
    ['the chunks are not well formed', `${chunks}zz\r\n`],
    ['the chunks are not well formed', `${chunks}1\r\nab\r\n0\r\n\r\n`],
    ['the answer is not a JSON object', `${json}null and void`],
    ['the answer is not a JSON object', `${json}[1]`],
    ['the answer is not a JSON object', `${ok}\r\n{"hookSpecificOutput":`],
    ['the answer is too long', `${ok}\r\n${'x'.repeat(1_100_000)}`],
    ['the daemon refused', 'HTTP/1.1 401 Unauthorized\r\n\r\n{"error":{"code":"ORC_X"}}'],
    ['the daemon refused', 'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'],
  ])('prints nothing, ends with 0 and logs that %s (%#)', async (what, answer) => {
    const home = makeHome();
    await startRawDaemon(home, (socket) => socket.end(answer));
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toMatchObject([{ agent, mode: 'deliver', what }]);
    expect(home.spool()).toEqual([]);
  });

  it.each(['500 Internal Server Error', '503 Service Unavailable'])(
    'keeps the event for later when it could not be taken: %s',
    async (status) => {
      const home = makeHome();
      await startRawDaemon(home, (socket) =>
        socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 4\r\n\r\noops`),
      );
      expect(await runHook(home, { stdin })).toEqual(nothing);
      expect(home.log()).toMatchObject([
        { agent, mode: 'deliver', what: 'the daemon refused', text: 'oops' },
      ]);
      expect(home.spool()).toMatchObject([{ agent, input: JSON.parse(stdin) as object }]);
    },
  );

  it('does not read a head that never ends', async () => {
    const home = makeHome();
    await startRawDaemon(home, (socket) => socket.write(`${ok}x: ${'y'.repeat(20_000)}`));
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toMatchObject([{ what: 'the head never ends' }]);
  });

  it('waits for a daemon that says nothing only until the deadline', async () => {
    const home = makeHome();
    await startRawDaemon(home, () => undefined);
    expect(await runHook(home, { stdin, args: ['--deadline-ms=150'] })).toEqual(nothing);
    expect(home.log()).toMatchObject([{ what: 'out of time', deadlineMs: 150 }]);
  });

  it('takes the deadline from the environment too, and no nonsense for one', async () => {
    const home = makeHome();
    await startRawDaemon(home, () => undefined);
    await runHook(home, { stdin, env: { ORC_HOOK_DEADLINE_MS: '100' } });
    await runHook(home, { stdin, env: { ORC_HOOK_DEADLINE_MS: 'soon' } });
    expect(home.log()).toMatchObject([{ deadlineMs: 100 }, { deadlineMs: 2_000 }]);
  });
});

describe('without a daemon', () => {
  it('keeps the event for it and prints nothing', async () => {
    const home = makeHome();
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.spool()).toEqual([
      {
        at: expect.any(Number) as number,
        agent,
        clientPid: String(process.pid),
        input: JSON.parse(stdin) as unknown,
      },
    ]);
    expect(statSync(join(home.path, 'spool', 'hooks.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('does the same when it left its socket behind, or ends before it says a word', async () => {
    const home = makeHome();
    const server = spawn(process.execPath, [
      '-e',
      `require('node:net').createServer().listen(${JSON.stringify(home.socket)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    await once(server, 'close');
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.spool()).toHaveLength(1);
    expect(existsSync(join(home.path, 'spool', 'dead-socket'))).toBe(false);

    const other = makeHome();
    await startRawDaemon(other, (socket) => socket.destroy());
    expect(await runHook(other, { stdin })).toEqual(nothing);
    expect(other.spool()).toHaveLength(1);
  });

  it('does not call a socket again that is known to be dead, and forgets that with a new one', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end());
    const { ino, ctimeMs } = statSync(home.socket);
    mkdirSync(join(home.path, 'spool'));
    const mark = join(home.path, 'spool', 'dead-socket');
    writeFileSync(mark, `${ino} ${ctimeMs}`);
    await runHook(home, { stdin });
    expect([calls.length, home.spool().length]).toEqual([0, 1]);

    writeFileSync(mark, `${ino} ${ctimeMs - 1}`);
    await runHook(home, { stdin });
    expect([calls.length, home.spool().length]).toEqual([1, 1]);
    expect(() => readFileSync(mark)).toThrow();
  });

  it('keeps no more of an event than a fact needs', async () => {
    const home = makeHome();
    await runHook(home, {
      stdin: event('PostToolUse', { tool_name: 'Read', tool_response: 'x'.repeat(5_000_000) }),
    });
    expect(home.spool()[0]?.input).toMatchObject({ tool_name: 'Read', tool_response: null });
  });

  it('stops keeping events before the disk is full', async () => {
    const home = makeHome();
    const path = join(home.path, 'spool', 'hooks.jsonl');
    mkdirSync(join(home.path, 'spool'));
    writeFileSync(path, Buffer.alloc(16_000_001, '\n'));
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(statSync(path).size).toBe(16_000_001);
    expect(home.log()[0]).toMatchObject({ what: 'the spool is full: the event was dropped' });
  });

  it('waits for no pipe in the place of the spool, and writes nothing into it', async () => {
    const home = makeHome();
    const path = join(home.path, 'spool', 'hooks.jsonl');
    mkdirSync(join(home.path, 'spool'));
    execFileSync('mkfifo', [path]);
    const kept = { stdin: event('Notification') };
    expect(await runHook(home, kept)).toEqual(nothing);
    const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    onTeardown(() => closeSync(reader));
    expect(await runHook(home, kept)).toEqual(nothing);
    const what = 'the event could not be kept';
    expect(home.log()).toMatchObject([
      { what, event: 'Notification', problem: expect.stringContaining('ENXIO') as string },
      { what, event: 'Notification', problem: expect.stringContaining('no regular file') as string },
    ]);
  });

  it('keeps nothing that is no event', async () => {
    const home = makeHome();
    expect(await runHook(home, { stdin: '{"hook_event_name":' })).toEqual(nothing);
    expect(home.spool()).toEqual([]);
    expect(home.log()).toMatchObject([{ what: 'stdin is no event' }]);
  });

  it('ends without a word when its home is gone', async () => {
    const home = makeHome();
    expect(await runHook(home, { stdin, env: { ORC_HOME: join(home.path, 'gone') } })).toEqual(nothing);
  });
});

describe('whoever runs it', () => {
  it('is left alone outside an agent: a person may have the hooks installed', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(context));
    for (const args of [[], ['wait'], ['status-line']])
      expect(await runHook(home, { stdin, args, env: { ORC_AGENT: '' } })).toEqual(nothing);
    expect(calls).toEqual([]);
    expect([home.spool(), home.log()]).toEqual([[], []]);
  });

  it('must be able to read the token of the agent', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(context));
    for (const ORC_TOKEN_FILE of ['', join(home.path, 'no-such-file'), home.path])
      expect(await runHook(home, { stdin, env: { ORC_TOKEN_FILE } })).toEqual(nothing);
    expect([calls, home.spool()]).toEqual([[], []]);
    expect(home.log()[0]).toMatchObject({ what: 'the token cannot be read: nothing was delivered' });
  });

  it('may say nothing at all', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(context));
    expect(await runHook(home)).toEqual(nothing);
    expect(calls).toEqual([]);
  });

  it('may have stopped listening', async () => {
    const home = makeHome();
    await startDaemon(home, (response) => response.end('x'.repeat(900_000)));
    const hook = startHook(home, { stdin });
    hook.process.stdout?.destroy();
    expect((await hook.ended).code).toBe(0);
    expect(home.log()).toEqual([]);
  });

  it('may give it no stdin', async () => {
    const home = makeHome();
    const child = spawn(process.execPath, [program], {
      env: home.env,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});

describe('the log', () => {
  it('is one line for each problem and is turned over at 1 MB', async () => {
    const home = makeHome();
    mkdirSync(join(home.path, 'logs'));
    const path = join(home.path, 'logs', 'hooks.log');
    writeFileSync(path, `${'x'.repeat(1_000_000)}\n`);
    await startRawDaemon(home, (socket) => socket.end('no'));
    await runHook(home, { stdin });
    expect(home.log()).toMatchObject([{ what: 'the answer is not HTTP' }]);
    expect(statSync(`${path}.1`).size).toBe(1_000_001);
  });
});

describe('the bundle', () => {
  it('is small, because every tool call pays for it', () => {
    const text = readFileSync(program, 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
    expect(text).not.toMatch(/zod|better_sqlite3_binding/i);
  });

  it('runs under the name that it is published with', async () => {
    const home = makeHome();
    await startDaemon(home, (response) => response.end(context));
    const bin = join(program, '..', '..', 'bin', 'orc-hook.cjs');
    const child = spawn(process.execPath, [bin], { env: home.env, stdio: ['pipe', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stdin.end(stdin);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stdout).toBe(context);
  });
});
