import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTeardown, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { event, makeHome, runHook, startDaemon, startHook, startRawDaemon } from './harness.ts';

const args = ['wait'];
const stdin = event('SessionStart', { source: 'startup' });
const mail = `[orc:m1] note from shop/pm\n${'The tests are red. '.repeat(1_500)}`;
const woken = { code: 2, stdout: '', stderr: mail };
const ended = { code: 0, stdout: '', stderr: '' };

describe('waiting for mail', () => {
  it('wakes the session with all of the text', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(mail));
    const hook = startHook(home, { args, stdin });
    expect(await hook.ended).toEqual(woken);
    expect(calls).toMatchObject([
      {
        url: '/v1/wait',
        headers: { authorization: 'Bearer a-secret', 'x-orc-client-pid': String(process.pid) },
      },
    ]);
    expect(JSON.parse(calls[0]?.body.toString() ?? '')).toEqual({
      session_id: '11111111-2222-4333-8444-555555555555',
      hook_event_name: 'SessionStart',
      client_pid: process.pid,
      waiter_pid: hook.process.pid,
    });
  });

  it('lasts as long as the daemon takes, beyond any deadline', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => void setTimeout(() => response.end(mail), 700));
    expect(await runHook(home, { args: ['wait', '--deadline-ms=50'], stdin })).toEqual(woken);
    expect(calls).toHaveLength(1);
  });

  it('asks again when the daemon had none', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) =>
      response.writeHead(calls.length === 1 ? 204 : 200).end(calls.length === 1 ? '' : mail),
    );
    expect(await runHook(home, { args, stdin })).toEqual(woken);
    expect(calls).toHaveLength(2);
  });

  it('asks again when the daemon could not use its database', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) =>
      response.writeHead(calls.length === 1 ? 503 : 200).end(calls.length === 1 ? '{"error":{}}' : mail),
    );
    expect(await runHook(home, { args, stdin })).toEqual(woken);
    expect(calls).toHaveLength(2);
  });

  it('never asks in a rush, whatever the daemon answers', async () => {
    const home = makeHome();
    const startedAt = performance.now();
    const { calls } = await startDaemon(home, (response) =>
      response.writeHead(calls.length % 2 === 0 ? 500 : 200).end(calls.length < 5 ? '' : mail),
    );
    expect(await runHook(home, { args, stdin })).toEqual(woken);
    // 250, 500, 1000 and 2000 ms apart, each a quarter more or less.
    expect(performance.now() - startedAt).toBeGreaterThan(0.75 * 3_750);
  });

  it('outlives a daemon that restarts', async () => {
    const home = makeHome();
    const first = await startRawDaemon(home, (socket) => {
      socket.destroy();
      first.close();
    });
    const hook = startHook(home, { args, stdin });
    await waitUntil(() => !existsSync(home.socket), { what: 'the end of the first daemon' });
    await startDaemon(home, (response) => response.end(mail));
    expect(await hook.ended).toEqual(woken);
    expect(home.log()).toEqual([]);
  });

  it('finds a daemon that starts later than it', async () => {
    const home = makeHome();
    const hook = startHook(home, { args, stdin });
    await waitUntil(() => existsSync(join(home.path, 'agents', 'shop', 'developer', 'waiter')));
    await startDaemon(home, (response) => response.end(mail));
    expect(await hook.ended).toEqual(woken);
  });
});

describe('not waiting any longer', () => {
  it('happens when the daemon says that another one waits', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.writeHead(410).end('replaced'));
    expect(await runHook(home, { args, stdin })).toEqual(ended);
    expect(calls).toHaveLength(1);
    expect(home.log()).toEqual([]);
  });

  it.each([401, 403, 404])('happens when the daemon refuses with %d, which is logged', async (status) => {
    const home = makeHome();
    await startDaemon(home, (response) => response.writeHead(status).end('no'));
    expect(await runHook(home, { args, stdin })).toEqual(ended);
    expect(home.log()).toMatchObject([{ mode: 'wait', what: 'the daemon refused', status }]);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('happens at %s', async (signal) => {
    const home = makeHome();
    const { calls } = await startDaemon(home, () => undefined);
    const hook = startHook(home, { args, stdin });
    await waitUntil(() => calls.length === 1);
    hook.process.kill(signal);
    expect(await hook.ended).toEqual(ended);
  });

  it('happens when a newer one of the same agent starts, with no daemon to tell', async () => {
    const home = makeHome();
    const duty = join(home.path, 'agents', 'shop', 'developer', 'waiter');
    const older = startHook(home, { args, stdin });
    await waitUntil(() => existsSync(duty) && readFileSync(duty, 'utf8').startsWith(`${older.process.pid} `));
    const newer = startHook(home, { args, stdin: event('SessionStart', { source: 'clear' }) });
    expect(await older.ended).toEqual(ended);
    expect(newer.process.exitCode).toBeNull();
    newer.process.kill('SIGTERM');
    expect(await newer.ended).toEqual(ended);
  });

  it('happens when the client is gone', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, () => undefined);
    const client = spawn('sleep', ['600']);
    onTeardown(() => void client.kill('SIGKILL'));
    const hook = startHook(home, { args, stdin, env: { CLAUDE_PID: String(client.pid) } });
    await waitUntil(() => calls.length === 1);
    client.kill('SIGKILL');
    await once(client, 'exit');
    expect(await hook.ended).toEqual(ended);
  });

  it('is where it ends at once when the client was gone before', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(mail));
    const client = spawn('true');
    await once(client, 'exit');
    expect(await runHook(home, { args, stdin, env: { CLAUDE_PID: String(client.pid) } })).toEqual(ended);
    expect(calls).toEqual([]);
  });

  it('happens when the process that started it is gone and it knows of no other', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, () => undefined);
    const pidFile = join(home.path, 'pid');
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, process.argv.slice(2), { stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.end(process.argv[1]);
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));`;
    const { program } = await import('./harness.ts');
    const parent = spawn(process.execPath, ['-e', script, stdin, program, 'wait'], {
      env: { ...home.env, CLAUDE_PID: '' },
    });
    onTeardown(() => void parent.kill('SIGKILL'));
    await waitUntil(() => calls.length === 1);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    parent.kill('SIGKILL');
    await waitUntil(() => !isRunning(pid), { what: 'the end of the waiter' });
  });

  it('is where it never begins without a token, and nothing is written', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(mail));
    expect(await runHook(home, { args, stdin, env: { ORC_TOKEN_FILE: '' } })).toEqual(ended);
    expect(calls).toEqual([]);
    expect(home.log()).toMatchObject([{ what: 'the token cannot be read: nobody waits' }]);
  });

  it.each([
    ['in a sub-agent', event('Stop', { agent_id: 'a1' })],
    ['without an event', ''],
    ['with garbage', '{'],
  ])('is where it never begins %s', async (_, input) => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(mail));
    expect(await runHook(home, { args, stdin: input })).toEqual(ended);
    expect(calls).toEqual([]);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
