import { join } from 'node:path';
import { createEventBus } from '@orc/event-bus';
import { openQueue } from '@orc/queue';
import { openRegistry, type Agent } from '@orc/registry';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { DaemonConfig } from '../config/schema.ts';
import { createChannels, type Channels } from './channels.ts';
import { noteClient } from './clients.ts';
import { tableOf } from './table.ts';

const START = Date.UTC(2030, 0, 1);
const EVIDENCE_MS = 1_000;
const ID = 'shop/developer';

/** A daemon's parts as far as channels need them, with a clock that is moved by hand. */
function makeDesk() {
  let now = START;
  const clock = { now: () => now };
  const registry = openRegistry({ path: ':memory:' }, { clock });
  const queue = openQueue({ path: ':memory:', evidenceMs: EVIDENCE_MS }, { clock });
  const bus = createEventBus({ directory: join(makeTempDirectory(), 'events') }, { clock });
  onTeardown(() => [bus, queue, registry].forEach((part) => part[Symbol.dispose]()));
  registry.saveProject(projectRecord());
  registry.saveAgent(
    agentRecord('developer', { runtime: 'claude', paneId: '%1', launchedAt: START, launchCount: 1 }),
  );
  const agent = (): Agent => registry.getAgent(ID);
  const config = DaemonConfig.parse({ queue: { evidenceMs: EVIDENCE_MS } });
  const told: string[] = [];
  const notices = {
    tell: ({ text }: { text: string }) => void told.push(text),
    critical: () => undefined,
    hubOf: () => 'user',
  };
  const state = { state: 'working', since: null };
  noteClient({ registry, clock }, agent(), '2.1.329');
  const channels = createChannels({ registry, queue, bus, clock, config }, notices, () => state);
  const wait = (ms: number) => void (now += ms);
  const pass = (ms: number) => {
    wait(ms);
    // The turn goes on.
    registry.recordFact({ agentId: ID, kind: 'usage', value: { now }, source: 'transcript', at: now });
  };
  const lose = (channel: string, { isReceived = false } = {}): void => {
    const { id } = queue.send({ sender: 'user', recipient: ID, body: 'hello' });
    queue.lease(ID, { worker: 'w' });
    queue.inject([id], { worker: 'w', channel });
    if (isReceived) queue.advance(id, { step: 'received' });
    pass(EVIDENCE_MS + 1);
    channels.swept(queue.sweep());
    queue.cancel(id, { reason: 'over' });
  };
  const verdictOf = (channel: string) =>
    tableOf(channels.knowledge).clients[0]?.channels.find((each) => each.channel === channel)?.verdict;
  return { channels, agent, wait, pass, lose, told, verdictOf, state, now: clock.now, config };
}

const idIn = (text: string) => /\[orc:(\w+)\]/.exec(text)?.[1] ?? '';

function sendCanary(
  { channels, agent }: { channels: Channels; agent: () => Agent },
  channel: string,
): string {
  return idIn(channels.canaryFor(agent(), channel));
}

describe('a canary', () => {
  it('goes once into each context channel of which nothing is known, and proves it', () => {
    const desk = makeDesk();
    const id = sendCanary(desk, 'PostToolUse');
    expect(id).not.toBe('');
    expect(sendCanary(desk, 'PostToolUse')).toBe('');
    desk.channels.sighted(ID, id, 'received', desk.now());
    expect(desk.verdictOf('PostToolUse')).toBeUndefined();
    desk.channels.sighted(ID, id, 'accepted', desk.now());
    expect(desk.verdictOf('PostToolUse')).toBe('works');
    expect(sendCanary(desk, 'PostToolUse')).toBe('');
    // Another channel is another question; the end of a turn would be prolonged by one.
    expect(sendCanary(desk, 'UserPromptSubmit')).not.toBe('');
    expect(sendCanary(desk, 'Stop')).toBe('');
  });

  it('shows that a client drops what it has read', () => {
    const desk = makeDesk();
    const id = sendCanary(desk, 'PostToolUse');
    desk.channels.sighted(ID, id, 'received', desk.now());
    desk.pass(EVIDENCE_MS + 1);
    desk.channels.sweep();
    expect(desk.verdictOf('PostToolUse')).toBe('broken');
    expect(desk.channels.mayCarry(desk.agent(), 'PostToolUse')).toBe(false);
    expect(desk.channels.mayCarry(desk.agent(), 'Stop')).toBe(true);
    expect(desk.told).toEqual([
      expect.stringContaining('claude 2.1.329 does not take mail through PostToolUse'),
    ]);
  });

  it('of another agent proves nothing', () => {
    const desk = makeDesk();
    const id = sendCanary(desk, 'PostToolUse');
    desk.channels.sighted('shop/tester', id, 'accepted', desk.now());
    expect(desk.verdictOf('PostToolUse')).toBeUndefined();
  });
});

describe('a channel', () => {
  it('is given up after two messages of which nothing was heard, and is proved by one that arrives', () => {
    const desk = makeDesk();
    desk.lose('Stop');
    expect(desk.verdictOf('Stop')).toBe('doubtful');
    desk.lose('Stop');
    expect(desk.verdictOf('Stop')).toBe('broken');
    desk.channels.proved(desk.agent(), 'Stop', desk.now());
    expect(desk.verdictOf('Stop')).toBe('works');
  });

  it('is given up at once by a message that was read and not used', () => {
    const desk = makeDesk();
    desk.lose('waiter', { isReceived: true });
    expect(desk.verdictOf('waiter')).toBe('broken');
  });

  it('is not blamed while nothing else is heard of the agent either', () => {
    const desk = makeDesk();
    desk.channels.proved(desk.agent(), 'Stop', desk.now());
    sendCanary(desk, 'PostToolUse');
    desk.wait(EVIDENCE_MS + 1);
    desk.channels.sweep();
    expect(desk.verdictOf('PostToolUse')).toBe('untested');
  });

  it('is tried again after a while: by a canary where that costs nothing, by one message elsewhere', () => {
    const desk = makeDesk();
    for (const channel of ['PostToolUse', 'Stop']) desk.lose(channel, { isReceived: true });
    desk.pass(desk.config.delivery.channels.retryMs + EVIDENCE_MS);
    expect(desk.channels.mayCarry(desk.agent(), 'PostToolUse')).toBe(false);
    desk.channels.sighted(ID, sendCanary(desk, 'PostToolUse'), 'accepted', desk.now());
    expect(desk.channels.mayCarry(desk.agent(), 'PostToolUse')).toBe(true);
    expect(desk.channels.mayCarry(desk.agent(), 'Stop')).toBe(true);
    desk.channels.carried(desk.agent(), 'Stop');
    expect(desk.channels.mayCarry(desk.agent(), 'Stop')).toBe(false);
    desk.channels.proved(desk.agent(), 'Stop', desk.now());
    expect(desk.channels.mayCarry(desk.agent(), 'Stop')).toBe(true);
  });

  it('is used all the same when none is left', () => {
    const desk = makeDesk();
    for (const channel of [
      'SessionStart',
      'UserPromptSubmit',
      'PostToolUse',
      'PostToolUseFailure',
      'Stop',
      'waiter',
    ])
      desk.lose(channel, { isReceived: true });
    expect(desk.channels.mayCarry(desk.agent(), 'PostToolUse')).toBe(true);
  });
});
