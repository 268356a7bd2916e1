import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HookFact } from '@orc/claude-hooks';
import { layoutOf } from '@orc/contracts';
import { openRegistry, type Agent } from '@orc/registry';
import { errors } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import type { NewBeginning } from '../messaging/hooks.ts';
import { createSpool } from './spool.ts';

const NOW = Date.UTC(2030, 0, 1);

/** A home with a developer, whose hooks left these lines; what is taken in and what is logged is kept. */
function makeHome(...lines: unknown[]) {
  const layout = layoutOf(makeTempDirectory('orc-spool'));
  const registry = openRegistry({ path: layout.database });
  onTeardown(() => registry[Symbol.dispose]());
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer', { transcriptPath: '/nowhere/s0.jsonl' }));
  mkdirSync(dirname(layout.hookSpool));
  const leave = (...more: unknown[]): void => {
    const texts = more.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    writeFileSync(layout.hookSpool, texts.map((text) => `${text}\n`).join(''));
  };
  if (lines.length > 0) leave(...lines);
  const logged: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const taken: [agent: string, kind: string, at: number, clientPid: number | null][] = [];
  const fault = { isLocked: false, isBehind: false, desk: Promise.resolve() };
  const observer = {
    fromHook: (agent: Agent, facts: readonly HookFact[]) => {
      for (const { kind, at, data } of facts) {
        if (kind === 'compact.started') throw new Error('nobody takes this');
        if (kind === 'turn.stopped' && fault.isLocked) throw errors.busy(layout.database, undefined);
        taken.push([agent.id, kind, at, data.clientPid]);
      }
    },
  };
  const followed: string[] = [];
  const evidence = {
    follow: (_: string, path: string) => void followed.push(path),
    poll: () => undefined,
    isBehind: () => fault.isBehind,
  };
  const begun: [agent: string, source: string | null, at: number | undefined][] = [];
  const begunAnew = (agent: Agent, { source }: NewBeginning, at?: number) => {
    begun.push([agent.id, source, at]);
    return fault.desk;
  };
  const mailbox = { spill: () => ({ path: '/nowhere', sha256: '' }) };
  const clock = { now: () => NOW };
  const deps = { observer, mailbox, evidence, desk: { begunAnew } };
  /** What the next daemon has, when this one was killed. */
  const restart = () => createSpool({ layout, registry, log, clock }, deps);
  const spool = restart();
  const namesLeft = () => readdirSync(dirname(layout.hookSpool));
  return { layout, registry, leave, restart, spool, taken, logged, fault, followed, begun, namesLeft };
}

const event = (name: string, at: number, said: object = {}) => ({
  ...{ at, agent: 'shop/developer', clientPid: '77', input: { hook_event_name: name, session_id: 's1' } },
  ...said,
});
const beginning = (source: string, at: number, said: object = {}) =>
  event('SessionStart', at, { input: { hook_event_name: 'SessionStart', source, ...said } });

/** Whatever waits only for promises has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('takes in each event once, with its time and its client', () => {
  const { spool, taken, logged, namesLeft } = makeHome(
    event('UserPromptSubmit', 10),
    event('Stop', 20, { clientPid: '' }),
    event('Stop', 30, { agent: 'shop/nobody' }),
  );
  expect([spool.takeIn(), spool.takeIn()]).toEqual([2, 0]);
  expect(taken).toEqual([
    ['shop/developer', 'prompt.submitted', 10, 77],
    ['shop/developer', 'turn.stopped', 20, null],
  ]);
  expect([logged, namesLeft()]).toEqual([[], []]);
});

it('goes on after a line that is damaged, and after an event that cannot be taken in', () => {
  const { spool, taken, logged } = makeHome(
    '{"at":1,"age',
    event('Stop', 10, { input: 'Stop' }),
    event('PreCompact', 20),
    event('Stop', 30),
  );
  expect(spool.takeIn()).toBe(1);
  expect(taken).toEqual([['shop/developer', 'turn.stopped', 30, 77]]);
  expect(logged).toEqual([
    'a line of the hook spool is damaged',
    'a line of the hook spool is damaged',
    'an event of the hook spool was left out',
  ]);
});

it('keeps what a locked database does not take, before what comes later, and takes nothing in twice', () => {
  const { layout, spool, leave, taken, begun, fault, namesLeft } = makeHome(
    beginning('clear', 10),
    event('UserPromptSubmit', 20),
    event('Stop', 30),
    event('PreCompact', 40),
    event('Stop', 50),
  );
  fault.isLocked = true;
  for (let look = 0; look < 2; look += 1) expect(() => spool.takeIn()).toThrow(/stayed locked/);
  expect([begun, namesLeft()]).toEqual([[], ['hooks.jsonl.taken']]);
  leave(event('Stop', 60));
  fault.isLocked = false;
  taken.length = 0;
  expect([spool.takeIn(), spool.takeIn(), spool.takeIn()]).toEqual([2, 1, 0]);
  expect(taken.map(([, kind, at]) => [kind, at])).toEqual([
    ['turn.stopped', 30],
    ['turn.stopped', 50],
    ['turn.stopped', 60],
  ]);
  expect([begun, existsSync(layout.hookSpool)]).toEqual([[['shop/developer', 'clear', 10]], false]);
});

describe('a conversation that began while nobody answered', () => {
  it('has its consequences once, in order for each agent', async () => {
    const { registry, spool, begun, followed } = makeHome(
      beginning('clear', 10),
      event('Stop', 15),
      beginning('compact', 20, { agent_id: null }),
      beginning('clear', 30, { agent_id: 'a1' }),
      { ...beginning('resume', 40), agent: 'shop/tester' },
      event('Stop', 50),
    );
    registry.saveAgent(agentRecord('tester', { launchedAt: 40 }));
    spool.takeIn();
    expect(begun).toEqual([
      ['shop/developer', 'clear', 10],
      ['shop/tester', 'resume', 40],
    ]);
    for (let look = 0; look < 3; look += 1) {
      await settled();
      spool.takeIn();
    }
    expect(begun.slice(2)).toEqual([['shop/developer', 'compact', 20]]);
    // How the conversation before it ended is read first.
    expect(followed).toEqual(['/nowhere/s0.jsonl', '/nowhere/s0.jsonl']);
  });

  it.each([
    ['it began with the launch', [beginning('startup', 10)], {}],
    ['the agent was launched since', [beginning('clear', 10)], { launchedAt: 11 }],
    ['the agent is stopped', [beginning('clear', 10)], { desired: 'stopped' as const }],
  ])('has none where %s', (_, events, said) => {
    const { registry, spool, begun, taken } = makeHome(...events);
    registry.updateAgent('shop/developer', said);
    spool.takeIn();
    expect([begun, taken.length]).toEqual([[], 1]);
  });

  it('has them only when all is read of the one before', () => {
    const { spool, begun, fault } = makeHome(beginning('clear', 10));
    fault.isBehind = true;
    expect([spool.takeIn(), spool.takeIn(), begun]).toEqual([1, 0, []]);
    fault.isBehind = false;
    void spool.job.run();
    expect(begun).toEqual([['shop/developer', 'clear', 10]]);
  });

  it('has them from the next daemon where this one was killed before', async () => {
    const { restart, spool, begun, fault, followed, logged } = makeHome(beginning('clear', 10));
    fault.isBehind = true;
    spool.takeIn();
    fault.isBehind = false;
    fault.desk = new Promise(() => undefined);
    restart().takeIn();
    // That one was killed at its desk.
    fault.desk = Promise.resolve();
    const last = restart();
    for (let look = 0; look < 3; look += 1) {
      last.takeIn();
      await settled();
    }
    expect(begun).toEqual([
      ['shop/developer', 'clear', 10],
      ['shop/developer', 'clear', 10],
    ]);
    expect([followed, logged]).toEqual([Array(3).fill('/nowhere/s0.jsonl'), []]);
    restart().takeIn();
    expect([begun.length, followed.length]).toEqual([2, 3]);
  });

  it('has them again after the database was locked, and is kept once where the spool is read twice', async () => {
    const { layout, leave, spool, begun, fault, logged } = makeHome(beginning('clear', 10));
    fault.isBehind = true;
    spool.takeIn();
    leave(beginning('clear', 10));
    spool.takeIn();
    fault.isBehind = false;
    fault.desk = Promise.reject(errors.busy(layout.database, undefined));
    spool.takeIn();
    await settled();
    fault.desk = Promise.resolve();
    for (let look = 0; look < 3; look += 1) {
      void spool.job.run();
      await settled();
    }
    expect(begun).toEqual([
      ['shop/developer', 'clear', 10],
      ['shop/developer', 'clear', 10],
    ]);
    expect(logged).toEqual(['what follows from a conversation that began unseen waits']);
  });

  it('ends nobody when they fail, and is not tried for ever', async () => {
    const { spool, fault, begun, logged } = makeHome(beginning('clear', 10));
    fault.desk = Promise.reject(new Error('no repository'));
    expect(spool.takeIn()).toBe(1);
    await settled();
    spool.takeIn();
    expect([begun.length, logged]).toEqual([
      1,
      ['what follows from a conversation that began unseen failed'],
    ]);
  });
});

describe('what lies in the place of the spool and cannot be read', () => {
  const makers = {
    'a pipe': (path: string) => void execFileSync('mkfifo', [path]),
    'a directory': (path: string) => mkdirSync(path),
    'a link': (path: string) => symlinkSync('/dev/zero', path),
  };
  const cases = Object.entries(makers).flatMap(([what, make]) =>
    ['hooks.jsonl', 'hooks.jsonl.taken'].map((name) => [what, name, make] as const),
  );

  it.each(cases)('is moved aside: %s called %s', (_, name, make) => {
    const { layout, spool, leave, taken, logged, namesLeft } = makeHome();
    make(join(dirname(layout.hookSpool), name));
    expect([spool.takeIn(), logged]).toEqual([0, ['a hook spool that cannot be read was moved aside']]);
    expect(namesLeft()).toEqual([`${name}.${NOW}`]);
    leave(event('Stop', 10));
    expect([spool.takeIn(), taken.length, logged.length]).toEqual([1, 1, 1]);
  });

  it('is moved aside: a file of somebody else', () => {
    const { layout, spool, logged, namesLeft } = makeHome(event('Stop', 10));
    chmodSync(layout.home, 0o755);
    chmodSync(dirname(layout.hookSpool), 0o777);
    chmodSync(layout.hookSpool, 0);
    // The super-user may read everything.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect([spool.takeIn(), spool.takeIn()]).toEqual([0, 0]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(logged).toEqual(['a hook spool that cannot be read was moved aside']);
    expect(namesLeft()).toEqual([`hooks.jsonl.taken.${NOW}`]);
  });
});
