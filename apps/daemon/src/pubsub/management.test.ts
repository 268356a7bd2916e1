import { layoutOf, type AgentState } from '@orc/contracts';
import { createEventBus, readEvents } from '@orc/event-bus';
import { openPubsub } from '@orc/pubsub';
import { openQueue, type Queue } from '@orc/queue';
import { openRegistry, type Agent } from '@orc/registry';
import { openDatabase } from '@orc/sqlite';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import pino from 'pino';
import { expect, it } from 'vitest';
import { DaemonConfig } from '../config/schema.ts';
import { createNoticePipeline } from '../events/notice-pipeline.ts';
import { createNotices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { createManagement } from './management.ts';
import { createPublishing } from './publishing.ts';

const NOON = Date.UTC(2030, 0, 2, 12);
const MINUTE = 60_000;
const DEVELOPER = 'shop/developer';
const MANAGER = 'shop/project-manager';

/** A team of two on real stores; what an agent does is set by hand. */
function openTeam() {
  const layout = layoutOf(makeTempDirectory('orc'));
  const { database: path } = layout;
  const clock = { at: NOON, now: () => clock.at };
  const agents = ['developer', 'project-manager'].map(
    (role) => ({ id: `shop/${role}`, project: 'shop', role, desired: 'running', windowName: role }) as Agent,
  );
  const project = { slug: 'shop', hub: 'project-manager', tmuxSession: 'shop', status: 'active' };
  const opened = openRegistry({ path }, { clock });
  const registry = {
    ...opened,
    findAgent: (id: string) => agents.find((agent) => agent.id === id),
    listAgents: () => agents,
    listProjects: () => [project],
    getProject: () => project,
  };
  const queue = openQueue({ path, busyTimeoutMs: 20 }, { clock });
  const pubsub = openPubsub({ path }, { clock });
  onTeardown(() => [queue, pubsub, opened].forEach((each) => each[Symbol.dispose]()));
  const bus = createEventBus({ directory: layout.events }, { clock });
  const board = { currentFor: () => ({ id: 't1' }) };
  const config = DaemonConfig.parse({});
  const log = pino({ level: 'silent' });
  const parts = { registry, queue, pubsub, bus, board, config, clock, layout, log } as unknown as Parts;
  const states = new Map<string, { state: string; since: number }>();
  const stateOf = ({ id }: Agent) => (states.get(id) ?? { state: 'working', since: NOON }) as AgentState;
  const notices = createNotices(parts, createNoticePipeline(parts));
  const answers = { mayRestart: false };
  const healthOf = () => ({ verdict: 'unresponsive', mayRestart: answers.mayRestart, why: '' }) as const;
  const publishing = createPublishing(parts, notices);
  const management = createManagement(parts, { publishing, notices, stateOf, healthOf });
  const said = () => pubsub.read({ project: 'shop' }).map(({ text }) => text);
  const mail = (recipient: string) => queue.list({ recipient }).map(({ body }) => body);
  const announced = () => [...readEvents({ directory: layout.events, types: 'publication.made' })];
  /** Publishing with a ledger that sends in a way of its own. */
  const publishingWith = (wrap: (send: Queue['send']) => Queue['send']) =>
    createPublishing({ ...parts, queue: { ...queue, send: wrap(queue.send) } }, notices);
  const doors = { management, publishing, publishingWith };
  return { ...doors, clock, states, answers, bus, said, mail, pubsub, path, announced };
}

it('tells management once of an agent that is idle with work, and asks the agent', () => {
  const { management, clock, states, mail } = openTeam();
  states.set(DEVELOPER, { state: 'idle', since: NOON });
  clock.at = NOON + 14 * MINUTE;
  management.look();
  expect(mail(MANAGER)).toEqual([]);
  clock.at = NOON + 15 * MINUTE;
  management.look();
  management.look();
  expect(mail(MANAGER)).toHaveLength(1);
  expect(mail(MANAGER)[0]).toContain(
    `⚠️ HIGH PRIORITY Agent ${DEVELOPER} idle 15min - investigate or restart`,
  );
  expect(mail(MANAGER)[0]).toContain('Tags: [monitoring, health, idle]');
  expect(mail(DEVELOPER)).toEqual([expect.stringContaining('STATUS REQUEST')]);
});

it('speaks of a restart only when the agent was asked, is idle still, and did nothing', () => {
  const { management, clock, states, answers, mail } = openTeam();
  states.set(DEVELOPER, { state: 'idle', since: NOON });
  clock.at = NOON + 15 * MINUTE;
  management.look();
  clock.at += 2 * MINUTE;
  management.look();
  expect(mail(MANAGER)).toHaveLength(1);
  answers.mayRestart = true;
  management.look();
  management.look();
  expect(mail(MANAGER)[1]).toContain(`restart it: orc restart agent ${DEVELOPER}`);
  expect(mail(MANAGER)).toHaveLength(2);
});

it('tells of a crash of the manager at once, and not to the one who crashed', () => {
  const { bus, mail, said, publishing, pubsub } = openTeam();
  pubsub.subscribe({ project: 'shop', group: 'management', subscriber: 'user', isWanted: true });
  expect(publishing.audienceOf('shop', 'management')).toEqual([MANAGER, 'user']);
  bus.publish('agent.crashed', {}, { agent: MANAGER, project: 'shop' });
  bus.publish('agent.relaunched', {}, { agent: MANAGER, project: 'shop' });
  expect(mail('user')[0]).toContain(
    '🚨 CRITICAL PM crash detected shop:project-manager - spawning replacement PM',
  );
  expect(mail(MANAGER)).toEqual([]);
  expect(said()[1]).toContain('recovered');
});

it('puts on record that all is well, and sends it to nobody', () => {
  const { management, clock, said, mail } = openTeam();
  management.look();
  clock.at += MINUTE;
  management.look();
  expect(said()).toEqual(['📨 All agents healthy - 2 active, 0 idle, monitoring stable']);
  clock.at += 30 * MINUTE;
  management.look();
  expect(said()).toHaveLength(2);
  expect(mail(MANAGER)).toEqual([]);
});

it('sends and announces the rest of what a killed daemon had stored', () => {
  const { publishing, pubsub, mail, announced } = openTeam();
  const stored = { id: 'p1', project: 'shop', group: 'team', priority: 5, text: 'x', publisher: DEVELOPER };
  pubsub.publish({ ...stored, recipients: [MANAGER] });
  publishing.handOverRest();
  publishing.handOverRest();
  expect(mail(MANAGER)).toEqual(['x']);
  expect(announced().map(({ id }) => id)).toEqual(['publication-p1']);
  publishing.publish({ ...stored, tags: [] });
  expect([pubsub.stats().unsent, announced().length]).toEqual([0, 1]);
});

it('sends what a locked database did not take, and nothing twice', () => {
  const { publishing, pubsub, path, publishingWith, mail, announced } = openTeam();
  const other = openDatabase({ path });
  onTeardown(() => void other.close());
  const locked = publishingWith((send) => (input) => {
    if (input.recipient !== MANAGER) return send(input);
    other.exec('BEGIN IMMEDIATE');
    try {
      return send(input);
    } finally {
      other.exec('ROLLBACK');
    }
  });
  const said = { project: 'shop', group: 'team', priority: 5, tags: [], text: 'x', publisher: 'user' };
  expect(locked.publish({ ...said, recipients: [DEVELOPER, MANAGER] }).messages).toHaveLength(1);
  expect([mail(DEVELOPER), mail(MANAGER), pubsub.stats().unsent]).toEqual([['x'], [], 1]);
  publishing.handOverRest();
  publishing.handOverRest();
  expect([mail(DEVELOPER), mail(MANAGER), pubsub.stats().unsent]).toEqual([['x'], ['x'], 0]);
  expect(announced()).toHaveLength(1);
});
