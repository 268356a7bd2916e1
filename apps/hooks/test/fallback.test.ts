import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openQueue, type Queue } from '@orc/queue';
import { openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agent, event, makeHome, program, runHook, startHook, type Home } from './harness.ts';

const nothing = { code: 0, stdout: '', stderr: '' };
const stdin = event('PostToolUse', { tool_name: 'Bash' });

function openMail(home: Home): Queue {
  const queue = openQueue({ path: home.database });
  onTeardown(() => queue[Symbol.dispose]());
  return queue;
}

function send(queue: Queue, body: string, fields: object = {}): string {
  return queue.send({ sender: 'shop/pm', recipient: agent, body, ...fields }).id;
}

function textOf(stdout: string): string {
  const { hookSpecificOutput } = JSON.parse(stdout) as {
    hookSpecificOutput: { hookEventName: string; additionalContext: string };
  };
  return hookSpecificOutput.additionalContext;
}

/** The program in a place where its driver is found by name only. */
function copyProgram(): string {
  const directory = makeTempDirectory();
  cpSync(dirname(program), join(directory, 'dist'), { recursive: true });
  const driver = join(directory, 'node_modules', 'better-sqlite3');
  mkdirSync(driver, { recursive: true });
  const real = createRequire(import.meta.url).resolve('better-sqlite3');
  writeFileSync(join(driver, 'index.js'), `module.exports = require(${JSON.stringify(real)});`);
  return join(directory, 'dist', 'hook.cjs');
}

function runCopy(path: string, home: Home) {
  return spawnSync(process.execPath, [path], { env: home.env, input: stdin, encoding: 'utf8' });
}

describe('mail without a daemon', () => {
  it.each(['PostToolUse', 'PostToolUseFailure', 'UserPromptSubmit', 'SessionStart', 'Stop'])(
    'is delivered by %s, once, and the ledger knows',
    async (name) => {
      const home = makeHome();
      const queue = openMail(home);
      const first = send(queue, 'one');
      const urgent = send(queue, 'two', { priority: 50 });
      const { stdout, code } = await runHook(home, { stdin: event(name, { source: 'startup' }) });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ hookSpecificOutput: { hookEventName: name } });
      expect(textOf(stdout)).toBe(
        `[orc:${urgent}] note from shop/pm (priority 50)\ntwo\n\n[orc:${first}] note from shop/pm\none`,
      );
      for (const id of [first, urgent])
        expect(queue.get(id)).toMatchObject({ state: 'injected', channel: name, step: 'printed' });
      expect(await runHook(home, { stdin: event(name) })).toEqual(nothing);
      expect(home.spool()).toHaveLength(2);
      expect(home.log()).toMatchObject([{ what: 'delivered without a daemon', delivered: [urgent, first] }]);
    },
  );

  it.each([
    ['inside a sub-agent', event('PostToolUse', { agent_id: 'a1' })],
    ['by a turn that was put off already', event('Stop', { stop_hook_active: true })],
    ['by events that reach nobody', event('Notification')],
    ['before a compaction', event('PreCompact')],
    ['by an event that orc does not know', event('MessageDisplay')],
  ])('is not delivered %s', async (_, input) => {
    const home = makeHome();
    const queue = openMail(home);
    const id = send(queue, 'one');
    expect(await runHook(home, { stdin: input })).toEqual(nothing);
    expect(queue.get(id).state).toBe('queued');
    expect(home.spool()).toHaveLength(1);
  });

  it('is not even looked for where none can be delivered', async () => {
    const home = makeHome();
    writeFileSync(home.database, 'damaged');
    await runHook(home, { stdin: event('PostToolUse', { agent_id: 'a1' }) });
    await runHook(home, { stdin: event('Stop', { stop_hook_active: true }) });
    await runHook(home, { stdin: event('Notification') });
    expect([home.log(), home.spool().length]).toEqual([[], 3]);
  });

  it("is nobody else's, not parked and not blocked", async () => {
    const home = makeHome();
    const queue = openMail(home);
    const other = send(queue, 'one', { recipient: 'shop/tester' });
    send(queue, 'two', { after: [other] });
    expect(await runHook(home, { stdin })).toEqual(nothing);
    send(queue, 'three');
    queue.park(agent, { reason: 'limited' });
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toEqual([]);
    queue.unpark(agent);
    expect(textOf((await runHook(home, { stdin })).stdout)).toContain('three');
  });

  it('is taken from a worker whose lease ran out', async () => {
    const home = makeHome();
    const early = openQueue({ path: home.database }, { clock: { now: () => Date.now() - 3_600_000 } });
    const id = send(early, 'one');
    early.lease(agent, { worker: 'daemon', leaseMs: 1_000 });
    early[Symbol.dispose]();
    expect(textOf((await runHook(home, { stdin })).stdout)).toContain(`[orc:${id}]`);
  });

  it('is taken from a delivery that nothing was heard of', async () => {
    const home = makeHome();
    const early = openQueue({ path: home.database }, { clock: { now: () => Date.now() - 3_600_000 } });
    const id = send(early, 'one');
    early.lease(agent, { worker: 'daemon' });
    early.inject([id], { worker: 'daemon', channel: 'PostToolUse' });
    early[Symbol.dispose]();
    expect(textOf((await runHook(home, { stdin })).stdout)).toContain(`[orc:${id}]`);
  });

  it('is taken from a worker that leased it before the clock was set back', async () => {
    const home = makeHome();
    const fast = openQueue({ path: home.database }, { clock: { now: () => Date.now() + 3_600_000 } });
    const id = send(fast, 'one');
    fast.lease(agent, { worker: 'daemon' });
    fast[Symbol.dispose]();
    expect(textOf((await runHook(home, { stdin })).stdout)).toContain(`[orc:${id}]`);
  });

  it('is left with whoever delivers it, and with the conversation that has it', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const [taken, printed] = [send(queue, 'one'), send(queue, 'two')];
    queue.lease(agent, { worker: 'daemon' });
    queue.inject([printed], { worker: 'daemon', channel: 'PostToolUse' });
    queue.advance(printed, { step: 'accepted' });
    const other = copyProgram();
    rmSync(join(dirname(other), 'fallback.cjs'));
    expect(runCopy(other, home)).toMatchObject({ status: 0, stdout: '' });
    expect([home.log(), queue.get(taken).state]).toEqual([[], 'leased']);
  });

  it('is not delivered again because nobody reads transcripts', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const id = send(queue, 'one');
    await runHook(home, { stdin });
    const { injectedAt } = queue.get(id);
    const late = openQueue({ path: home.database }, { clock: { now: () => (injectedAt ?? 0) + 600_000 } });
    onTeardown(() => late[Symbol.dispose]());
    expect(late.lease(agent, { worker: 'other' })).toEqual([]);
    expect(late.sweep()).toMatchObject({ unproven: [] });
  });

  it('costs nothing while there is none: what delivers it is not even loaded', async () => {
    const home = makeHome();
    const queue = openMail(home);
    queue.finish(send(queue, 'one'));
    send(queue, 'not mine', { recipient: 'shop/tester' });
    const other = copyProgram();
    rmSync(join(dirname(other), 'fallback.cjs'));
    expect(runCopy(other, home)).toMatchObject({ status: 0, stdout: '' });
    expect(home.log()).toEqual([]);
    send(queue, 'two');
    runCopy(other, home);
    expect(home.log()).toMatchObject([{ problem: expect.stringContaining('fallback.cjs') as string }]);
  });

  it('that is long goes by the path of a file with all of it', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const body = `é${'x'.repeat(20_000)}`;
    const id = send(queue, body, { kind: 'task' });
    const text = textOf((await runHook(home, { stdin })).stdout);
    const [, path = '', sha256] = /file (\S+) \(sha256 ([0-9a-f]{64})\)/.exec(text) ?? [];
    expect(path).toContain('/registry/mail/');
    expect(readFileSync(path, 'utf8')).toBe(body);
    expect(sha256).toBe(createHash('sha256').update(body).digest('hex'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(queue.get(id).state).toBe('injected');
  });

  it('that is long and that no file can hold goes by the command that shows it', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const id = send(queue, 'x'.repeat(20_000));
    mkdirSync(join(home.path, 'registry'));
    writeFileSync(join(home.path, 'registry', 'mail'), 'in the way');
    expect(textOf((await runHook(home, { stdin })).stdout)).toContain(`orc msg show ${id}\n`);
    expect(home.log()).toContainEqual(expect.objectContaining({ message: id }));
    expect(queue.get(id).state).toBe('injected');
  });

  it('that does not fit stays where it was, with no attempt counted', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const ids = Array.from({ length: 5 }, () => send(queue, 'x'.repeat(3_900)));
    const text = textOf((await runHook(home, { stdin })).stdout);
    expect(text.length).toBeLessThanOrEqual(9_500);
    expect(ids.map((id) => queue.get(id)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['injected', 0],
      ['injected', 0],
      ['queued', 0],
      ['queued', 0],
      ['queued', 0],
    ]);
  });

  it('is given back when the client does not read any more', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const id = send(queue, 'one');
    const hook = startHook(home, { stdin });
    hook.process.stdout?.destroy();
    expect((await hook.ended).code).toBe(0);
    expect(queue.get(id)).toMatchObject({ state: 'queued', attempts: 0 });
    expect(textOf((await runHook(home, { stdin })).stdout)).toContain(`[orc:${id}]`);
  });

  it('is delivered once by hooks that run at the same time', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const ids = Array.from({ length: 10 }, (_, index) => send(queue, `${index}:${'x'.repeat(2_500)}`));
    const runs = await Promise.all(Array.from({ length: 6 }, () => runHook(home, { stdin })));
    const delivered = runs.flatMap(({ stdout }) =>
      stdout === '' ? [] : [...textOf(stdout).matchAll(/\[orc:(\w+)\]/g)].map(([, id]) => id),
    );
    expect(new Set(delivered).size).toBe(delivered.length);
    const injected = ids.filter((id) => queue.get(id).state === 'injected');
    expect(injected.sort()).toEqual(delivered.sort());
    expect(injected.length).toBeGreaterThanOrEqual(3);
    expect(runs.every(({ code }) => code === 0)).toBe(true);
  });

  it('is delivered with a driver whose native part lies elsewhere', async () => {
    const home = makeHome();
    const id = send(openMail(home), 'one');
    expect(textOf(runCopy(copyProgram(), home).stdout)).toContain(`[orc:${id}]`);
  });

  it('is not lost when the hook is killed at any moment', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const id = send(queue, 'one');
    const hook = startHook(home, { stdin });
    hook.process.kill('SIGKILL');
    const { stdout } = await hook.ended;
    if (queue.get(id).state === 'injected') expect(textOf(stdout)).toContain(`[orc:${id}]`);
    else expect(['queued', 'leased']).toContain(queue.get(id).state);
  });
});

describe('a database that cannot be used', () => {
  const unusable = { what: 'the database could not be used', event: 'PostToolUse' };

  it('may be missing', async () => {
    const home = makeHome();
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toMatchObject([{ ...unusable, problem: 'Error: there is no database' }]);
    expect(existsSync(home.database)).toBe(false);
  });

  it('may hold something else', async () => {
    const home = makeHome();
    writeFileSync(
      home.database,
      'no database at all, but text that is long enough for a header. '.repeat(99),
    );
    expect(await runHook(home, { stdin })).toEqual(nothing);
    // `SqliteError` here would mean that the whole driver was loaded: right, but half as fast again.
    expect(home.log()).toMatchObject([{ ...unusable, problem: 'Error: file is not a database' }]);
  });

  it('may be empty', async () => {
    const home = makeHome();
    openDatabase({ path: home.database }).close();
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toEqual([]);
  });

  it('may be cut off', async () => {
    const home = makeHome();
    const queue = openQueue({ path: home.database });
    send(queue, 'one');
    queue[Symbol.dispose]();
    truncateSync(home.database, 6_000);
    rmSync(`${home.database}-wal`, { force: true });
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toMatchObject([unusable]);
  });

  it('may be locked against everybody', async () => {
    const home = makeHome();
    const queue = openQueue({ path: home.database });
    const id = send(queue, 'one');
    queue[Symbol.dispose]();
    const locker = openDatabase({ path: home.database });
    locker.pragma('locking_mode = EXCLUSIVE');
    locker.exec('BEGIN EXCLUSIVE');
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toMatchObject([unusable]);
    locker.exec('ROLLBACK');
    locker.close();
    expect(textOf((await runHook(home, { stdin })).stdout)).toContain(`[orc:${id}]`);
  });

  it('may be locked against writers, and nothing is printed that could not be recorded', async () => {
    const home = makeHome();
    const queue = openMail(home);
    const id = send(queue, 'one');
    const locker = openDatabase({ path: home.database });
    onTeardown(() => void locker.close());
    locker.exec('BEGIN IMMEDIATE');
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toMatchObject([{ ...unusable, problem: expect.stringContaining('locked') as string }]);
    locker.exec('ROLLBACK');
    expect(queue.get(id).state).toBe('queued');
  });

  it('may be of a newer orc', async () => {
    const home = makeHome();
    const queue = openMail(home);
    send(queue, 'one');
    const database = openDatabase({ path: home.database });
    database.prepare("INSERT INTO orc_migrations VALUES ('queue', 999, 1, 0)").run();
    database.close();
    expect(await runHook(home, { stdin })).toEqual(nothing);
    expect(home.log()).toMatchObject([
      { ...unusable, problem: expect.stringContaining('newer orc') as string },
    ]);
  });
});
