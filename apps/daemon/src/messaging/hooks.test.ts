import { join } from 'node:path';
import { parseHookInput, type HookFact } from '@orc/claude-hooks';
import { layoutOf } from '@orc/contracts';
import { openQueue, type Queue } from '@orc/queue';
import { openRegistry } from '@orc/registry';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { loadConfig } from '../config/load.ts';
import { createHookDesk, type ContextTexts, type NewBeginning } from './hooks.ts';
import { createMailbox } from './mailbox.ts';

interface Given {
  readonly onFacts?: (facts: readonly HookFact[]) => void;
  /** What the transcript says when it is read once more. */
  readonly onPoll?: (queue: Queue) => void;
  readonly onRebrief?: (queue: Queue, reason: string) => void;
  /** The ledger's clock. */
  readonly now?: () => number;
}

function openDesk({ onFacts, onPoll, onRebrief, now = Date.now }: Given = {}) {
  const layout = layoutOf(makeTempDirectory());
  const path = join(layout.home, 'orc.db');
  const registry = openRegistry({ path });
  const queue = openQueue({ path }, { clock: { now } });
  onTeardown(() => {
    queue[Symbol.dispose]();
    registry[Symbol.dispose]();
  });
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer'));
  const agent = registry.getAgent('shop/developer');
  const { config } = loadConfig(layout.config, {});
  const log = pino({ level: 'silent' });
  const texts: ContextTexts = {
    survivalNotes: () => '',
    rebrief: (_agent, reason) => Promise.resolve(onRebrief?.(queue, reason)),
    onCompaction: () => undefined,
    onGoesOn: () => undefined,
  };
  const desk = createHookDesk(
    { log, config, queue },
    {
      mailbox: createMailbox({ queue, config, layout, log, clock: Date }),
      channels: { mayCarry: () => true, canaryFor: () => '', carried: () => undefined },
      evidence: { poll: () => onPoll?.(queue) },
    },
    texts,
    (_agent, facts) => onFacts?.(facts),
  );
  const run = (event: string, fields: object = {}) =>
    desk.answer({
      agent,
      text: JSON.stringify({ hook_event_name: event, session_id: 's1', ...fields }),
      clientPid: null,
      at: Date.now(),
      signal: new AbortController().signal,
    });
  /** Mail that is in the conversation and has no answer. */
  const accept = (id: string) => {
    queue.send({ id, sender: 'shop/pm', recipient: agent.id, body: `body of ${id}` });
    queue.lease(agent.id, { worker: 'hook' });
    queue.inject([id], { worker: 'hook', channel: 'PostToolUse' });
    queue.advance(id, { step: 'accepted' });
  };
  return { desk, queue, agent, run, accept };
}

it('answers with the mail although what follows from the event failed', async () => {
  const seen: string[] = [];
  const { queue, agent, run } = openDesk({
    onFacts: (facts) => {
      seen.push(...facts.map(({ kind }) => kind));
      throw new Error('the database is locked');
    },
  });
  const { id } = queue.send({ sender: 'shop/pm', recipient: agent.id, body: 'The price is 2.' });
  expect(await run('PostToolUse', { tool_name: 'Bash' })).toContain(`[orc:${id}]`);
  expect(seen).toEqual(['tool.finished']);
  expect(queue.get(id).state).toBe('injected');
});

describe('a client that begins another conversation', () => {
  it.each(['clear', 'resume', 'fork'])('is given by %s what its last one left unanswered', async (source) => {
    const { queue, run, accept } = openDesk({
      onPoll: (ledger) => void ledger.advance('answered', { step: 'answered' }),
    });
    accept('answered');
    accept('left');
    const answer = await run('SessionStart', { source });
    expect(answer).toContain('body of left');
    expect(answer).not.toContain('body of answered');
    expect(queue.get('answered').state).toBe('seen');
    expect(queue.get('left')).toMatchObject({ state: 'injected', channel: 'SessionStart', attempts: 0 });
  });

  it('has it back before it is told its part again, which may replace some of it', async () => {
    const states: string[] = [];
    const { run, accept } = openDesk({ onRebrief: (queue) => states.push(queue.get('left').state) });
    accept('left');
    await run('SessionStart', { source: 'clear' });
    expect(states).toEqual(['queued']);
  });

  it.each([
    ['clear', ['before'], 'clear'],
    ['compact', [], 'compaction'],
  ])('keeps what %s was followed by, when it is heard of later', async (source, queued, reason) => {
    let at = 1_000;
    const reasons: string[] = [];
    const { desk, queue, agent, accept } = openDesk({
      now: () => at,
      onRebrief: (_, why) => reasons.push(why),
    });
    accept('before');
    at = 2_000;
    accept('after');
    const input = parseHookInput(JSON.stringify({ hook_event_name: 'SessionStart', source }));
    await desk.begunAnew(agent, input as NewBeginning, 1_999);
    expect(queue.list({ state: 'queued' }).map(({ id }) => id)).toEqual(queued);
    expect(reasons).toEqual([reason]);
  });

  it.each([
    ['the start of a program', { source: 'startup' }],
    ['a compaction, of which the transcript tells', { source: 'compact' }],
    ['what happens in a sub-agent', { source: 'clear', agent_id: 'a1' }],
  ])('is not taken for %s', async (_, fields) => {
    const { queue, run, accept } = openDesk();
    accept('left');
    await run('SessionStart', fields);
    expect(queue.get('left')).toMatchObject({ state: 'injected', step: 'accepted', channel: 'PostToolUse' });
  });
});
