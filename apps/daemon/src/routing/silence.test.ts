import { join } from 'node:path';
import { createEventBus } from '@orc/event-bus';
import { openQueue } from '@orc/queue';
import { openRegistry, type Agent } from '@orc/registry';
import { openReportBook } from '@orc/routing';
import { openTaskBoard } from '@orc/task-board';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { DaemonConfig } from '../config/schema.ts';
import type { Notice } from '../messaging/notices.ts';
import { createSilenceWatch } from './silence.ts';

const MINUTE = 60_000;
const AGENT = 'shop/developer';

/** A team of one agent that has begun a task, with real stores and a clock that is moved by hand. */
function makeTeam() {
  const directory = makeTempDirectory();
  const path = join(directory, 'orc.db');
  const time = { now: MINUTE };
  const clock = { now: () => time.now };
  const keep = <Resource extends Disposable>(resource: Resource): Resource => {
    onTeardown(() => resource[Symbol.dispose]());
    return resource;
  };
  const registry = keep(openRegistry({ path }));
  const queue = keep(openQueue({ path }, { clock }));
  const board = keep(openTaskBoard({ path }, { clock }));
  const book = keep(openReportBook({ path }));
  const bus = keep(createEventBus({ directory }, { clock }));
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer', { launchCount: 1 }));
  board.addTasks('shop', [{ id: 't1', title: 'Write it', role: 'developer' }]);
  board.assign('shop.t1', AGENT);
  board.markHandedOut('shop.t1');
  board.markStarted('shop.t1', { by: AGENT });

  const told: Notice[] = [];
  const state = { name: 'idle' };
  const config = DaemonConfig.parse({});
  const parts = { registry, queue, board, book, bus, clock, config };
  const notices = {
    tell: (notice: Notice) => void told.push(notice),
    critical: () => undefined,
    hubOf: () => 'shop/orchestrator',
  };
  const stateOf = (_agent: Agent) =>
    ({ state: state.name, why: '', source: 'hook', since: MINUTE, confidence: 'high' }) as never;
  const watch = (patch: Partial<typeof parts.book> = {}) =>
    keep(createSilenceWatch({ ...parts, book: { ...book, ...patch } }, { notices, stateOf }));
  return { time, told, state, watch, queue, bus };
}

const textsOf = (told: readonly Notice[]) =>
  told.map(({ recipient, text }) => [recipient, text.slice(0, 30)]);

describe('begun work that fell silent', () => {
  it('is asked about once, and told to the hub once, also by the next daemon', () => {
    const { time, told, watch } = makeTeam();
    const first = watch();
    time.now = 10 * MINUTE;
    first.look();
    expect(told).toEqual([]);
    time.now = 11 * MINUTE;
    first.look();
    first.look();
    expect(textsOf(told)).toEqual([[AGENT, 'How does shop.t1 (Write it) st']]);
    time.now = 16 * MINUTE;
    const next = watch();
    next.look();
    next.look();
    expect(textsOf(told).slice(1)).toEqual([['shop/orchestrator', 'shop/developer has begun shop.']]);
    expect(told[1]?.text).toContain('it was asked about shop.t1 5 min ago');
  });

  it('is told again under the same id by the next daemon when this one was killed before its mark', () => {
    const { time, told, watch } = makeTeam();
    time.now = 11 * MINUTE;
    const killed = watch({
      once: () => {
        throw new Error('killed');
      },
    });
    expect(() => killed.look()).toThrow('killed');
    watch().look();
    watch().look();
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual(told[0]);
    expect(told[0]?.id).toMatch(/^n[0-9a-f]{16}$/);
  });

  it('is left alone while its agent says something, and while it cannot', async () => {
    const { time, told, state, watch, queue, bus } = makeTeam();
    const silence = watch();
    time.now = 8 * MINUTE;
    const sent = queue.send({ sender: AGENT, recipient: 'user', body: 'still at it' });
    bus.publish('message.queued', { sender: AGENT }, { at: sent.createdAt });
    await bus.settled();
    time.now = 17 * MINUTE;
    silence.look();
    state.name = 'limited';
    time.now = 100 * MINUTE;
    silence.look();
    expect(told).toEqual([]);
    state.name = 'working';
    silence.look();
    expect(told).toHaveLength(1);
  });
});
