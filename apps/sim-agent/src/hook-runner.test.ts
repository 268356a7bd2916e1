import { createServer } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { expect, test } from 'vitest';
import type { HookEvent } from './hook-events.ts';
import { createHookRunner } from './hook-runner.ts';
import { fillHeaders } from './http-hook.ts';
import type { CommandHook, Hook, HookRule } from './settings.ts';
import { createWaiters, type Wake } from './waiters.ts';

const command = (text: string, part: Partial<CommandHook> = {}): CommandHook => ({
  type: 'command',
  command: text,
  args: undefined,
  timeoutMs: undefined,
  isAsync: false,
  isAsyncRewake: false,
  rewakeMessage: undefined,
  rewakeSummary: undefined,
  ...part,
});

function makeRunner(hooks: readonly (readonly [HookEvent, Hook, string?])[]) {
  const cwd = makeTempDirectory();
  const wakes: Wake[] = [];
  const contexts: string[] = [];
  const waiters = createWaiters({
    cwd,
    onWake: (wake) => wakes.push(wake),
    onContext: (text) => contexts.push(text),
  });
  onTeardown(() => waiters.stopAll());
  const rules = hooks.map(([event, hook, matcher]): HookRule => ({ event, hook, matcher }));
  const runner = createHookRunner({
    rules,
    subject: () => ({
      sessionId: 's',
      transcriptPath: '/t.jsonl',
      cwd,
      promptId: undefined,
      permissionMode: 'auto',
    }),
    environment: (event) => ({ PATH: process.env['PATH'], EVENT: event }),
    resultsDirectory: () => join(cwd, 'tool-results'),
    waiters,
  });
  return { runner, cwd, wakes, contexts, waiters };
}

test('gives a hook its event on stdin and its variables, and a shell only to a command without arguments', async () => {
  const { runner, cwd } = makeRunner([
    ['Stop', command('cat > stdin.json; echo "$EVENT" > event')],
    ['Stop', command('/usr/bin/touch', { args: ['a b', '$EVENT'] })],
  ]);
  await runner.run('Stop', { stop_hook_active: false });
  expect(JSON.parse(readFileSync(join(cwd, 'stdin.json'), 'utf8'))).toMatchObject({
    hook_event_name: 'Stop',
    stop_hook_active: false,
  });
  expect(readFileSync(join(cwd, 'event'), 'utf8')).toBe('Stop\n');
  expect(existsSync(join(cwd, 'a b')) && existsSync(join(cwd, '$EVENT'))).toBe(true);
});

test('runs the hooks of an event at the same time and the same hook once', async () => {
  // Each of the two waits for the other: one after the other they would never end.
  const meet = (mine: string, other: string) =>
    command(`echo x >> ${mine}; while [ ! -e ${other} ]; do sleep 0.01; done; echo "${mine}"`, {
      timeoutMs: 5_000,
    });
  const { runner, cwd } = makeRunner([
    ['SessionStart', meet('a', 'b')],
    ['SessionStart', meet('b', 'a')],
    ['SessionStart', meet('a', 'b')],
  ]);
  const outcome = await runner.run('SessionStart', { source: 'startup' });
  expect(outcome.texts.map(({ text }) => text)).toEqual(['a', 'b']);
  expect(readFileSync(join(cwd, 'a'), 'utf8')).toBe('x\n');
  expect(outcome.hookName).toBe('SessionStart:startup');
});

test('runs only the hooks whose matcher fits', async () => {
  const { runner } = makeRunner([
    ['PostToolUse', command('echo bash'), 'Bash'],
    ['PostToolUse', command('echo write'), 'Write'],
  ]);
  const outcome = await runner.run('PostToolUse', { tool_name: 'Write' });
  expect(outcome.texts).toEqual([{ command: 'echo write', text: 'write' }]);
});

test('cancels a hook at its time limit and drops what it printed', async () => {
  const { runner } = makeRunner([['Stop', command('echo early; sleep 30', { timeoutMs: 100 })]]);
  const outcome = await runner.run('Stop', {});
  expect(outcome.results).toMatchObject([
    { run: { outcome: 'timedOut', stdout: '' }, answer: { kind: 'cancelled' } },
  ]);
});

test('drops the output of a hook whose child in the background still holds stdout', async () => {
  const { runner } = makeRunner([['SessionStart', command('sleep 5 & echo lost')]]);
  const outcome = await runner.run('SessionStart', { source: 'startup' });
  expect(outcome.results).toMatchObject([{ run: { exitCode: 0, stdout: '' }, answer: { kind: 'nothing' } }]);
});

test('goes on after a hook that is missing, crashes, or does not read its input', async () => {
  const { runner } = makeRunner([
    ['Stop', command('/no/such/hook', { args: [] })],
    ['Stop', command('kill -9 $$')],
    ['Stop', command('exec <&-; echo fine')],
  ]);
  const outcome = await runner.run('Stop', { text: 'x'.repeat(200_000) });
  expect(outcome.results.map(({ answer }) => answer.kind)).toEqual(['failed', 'failed', 'plain']);
});

test('keeps 10 000 characters whole and replaces one more by a path and a preview', async () => {
  const print = (count: number) =>
    command(`printf '{"hookSpecificOutput":{"hookEventName":"Stop","additionalContext":"%${count}s"}}' x`);
  const { runner } = makeRunner([
    ['Stop', print(10_000)],
    ['Stop', print(10_001)],
  ]);
  const { contexts } = await runner.run('Stop', {});
  expect(contexts[0]).toHaveLength(10_000);
  expect(contexts[1]?.length).toBeLessThan(3_000);
  const path = /saved to: (\S+)/.exec(contexts[1] ?? '')?.[1] ?? '';
  expect(readFileSync(path, 'utf8')).toHaveLength(10_001);
});

test('does not wait for a waiter, and hands over its stderr when it ends with 2', async () => {
  const wait = command('while [ ! -e mail ]; do sleep 0.01; done; echo "[orc:1] note from pm" >&2; exit 2', {
    isAsyncRewake: true,
  });
  const { runner, cwd, wakes } = makeRunner([['SessionStart', wait]]);
  const outcome = await runner.run('SessionStart', { source: 'startup' });
  expect(outcome.results).toEqual([]);
  writeFileSync(join(cwd, 'mail'), '');
  await waitUntil(() => wakes.length > 0);
  expect(wakes[0]).toMatchObject({ text: '[orc:1] note from pm', summary: 'Stop hook feedback' });
  expect(wakes[0]?.message).toContain(
    'Stop hook blocking error from command "SessionStart:startup": [orc:1] note',
  );
});

test('wakes nobody with a waiter that ends with 0, and passes the context of an async hook on', async () => {
  const say = `echo '{"hookSpecificOutput":{"hookEventName":"Stop","additionalContext":"later"}}'`;
  const { runner, wakes, contexts } = makeRunner([
    ['Stop', command('exit 0', { isAsyncRewake: true })],
    ['Stop', command(say, { isAsync: true })],
  ]);
  await runner.run('Stop', {});
  await waitUntil(() => contexts.length > 0);
  expect(contexts).toEqual(['later']);
  expect(wakes).toEqual([]);
});

test('ends waiters with SIGTERM, and a stopped one wakes nobody', async () => {
  const wait = command('trap "echo ended > ended; exit 2" TERM; echo up > up; while :; do sleep 0.01; done', {
    isAsyncRewake: true,
  });
  const { runner, cwd, waiters, wakes } = makeRunner([['Stop', wait]]);
  await runner.run('Stop', {});
  await waitUntil(() => existsSync(join(cwd, 'up')));
  waiters.stopAll();
  await waitUntil(() => existsSync(join(cwd, 'ended')));
  expect(wakes).toEqual([]);
});

async function serve(status: number, body: string) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
    request.on('end', () => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTeardown(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const hook: Hook = {
    type: 'http',
    url: `http://127.0.0.1:${port}/hooks`,
    headers: {},
    allowedVariables: [],
    timeoutMs: 2_000,
  };
  return { hook, bodies };
}

test('posts to an http hook and takes its JSON like the output of a command', async () => {
  const { hook, bodies } = await serve(
    200,
    '{"hookSpecificOutput":{"hookEventName":"Stop","additionalContext":"mail"}}',
  );
  const { runner } = makeRunner([
    ['Stop', hook],
    ['SessionStart', hook],
  ]);
  expect((await runner.run('Stop', {})).contexts).toEqual(['mail']);
  expect(JSON.parse(bodies.join(''))).toMatchObject({ hook_event_name: 'Stop' });
  // Never called for SessionStart.
  expect((await runner.run('SessionStart', { source: 'startup' })).results).toEqual([]);
  expect(bodies).toHaveLength(1);
});

test('ignores an http hook that answers with text, with 500, or not at all', async () => {
  const text = await serve(200, 'hello');
  const failing = await serve(500, '{"decision":"block","reason":"no"}');
  const absent: Hook = { ...text.hook, url: 'http://127.0.0.1:9/' };
  const { runner } = makeRunner([
    ['Stop', text.hook],
    ['Stop', failing.hook],
    ['Stop', absent],
  ]);
  const outcome = await runner.run('Stop', {});
  expect(outcome.results.map(({ answer }) => answer.kind)).toEqual(['nothing', 'nothing', 'nothing']);
});

test('fills in the variables of a header only when they are allowed', () => {
  const headers = fillHeaders(
    {
      type: 'http',
      url: '',
      headers: { authorization: 'Bearer ${TOKEN}', other: '$SECRET-$TOKEN' },
      allowedVariables: ['TOKEN'],
      timeoutMs: undefined,
    },
    { TOKEN: 't', SECRET: 's' },
  );
  expect(headers).toEqual({ authorization: 'Bearer t', other: '-t' });
});
