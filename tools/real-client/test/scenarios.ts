import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@orc/testing';
import { expect } from 'vitest';
import type { Cue } from '../src/cues.ts';
import type { Stage } from '../src/stage.ts';
import type { Subject } from '../src/subjects.ts';

/** One behaviour of a client that orc counts on, checked through the command line, the ledger and the model. */
export interface Scenario {
  readonly name: string;
  play(subject: Subject, stage: Stage): Promise<void>;
}

const ROLE = 'developer';
const LIMIT_MS = 4_000;
const LONG_MS = 45_000;
/** Longer than the daemon waits before it types, so that it would have. */
const TEMPTATION_MS = 1_500;

const RUN = 'Please run the slow command.';
const THINK = 'Please think about it.';
const ASK = 'Please run what needs a permission.';
/** What `orc hooks probe` asks of a client. */
const PROBE = 'This is a short test of hooks.';
const SPEND = 'Please use up what is left.';

/** What the model does in these scenarios. */
export const cuesOn = (stage: Stage): Cue[] => [
  { words: RUN, command: stage.command('tool') },
  { words: THINK, heldBy: stage.path('thought') },
  { words: ASK, command: 'touch asked.txt', isAsking: true },
  { words: PROBE, command: 'true' },
  { words: SPEND, limitMs: LIMIT_MS },
];

const screenOf = async ({ world }: Subject) =>
  world.tmux('capture-pane', '-p', '-t', (await world.agent(ROLE)).paneId ?? '');

const press = async ({ world }: Subject, ...keys: string[]) =>
  world.tmux('send-keys', '-t', (await world.agent(ROLE)).paneId ?? '', ...keys);

/** Seen as the ledger has it, and in front of the model as nobody but the model's side knows. */
async function expectSeen(subject: Subject, id: string, channels: RegExp): Promise<void> {
  const { world } = subject;
  await world.untilSeen(id);
  const { body, channel } = await world.message(id);
  expect(subject.given(`[orc:${id}]`), `${id} in a request to the model`).toBe(true);
  expect(subject.given(body)).toBe(true);
  expect(channel).toMatch(channels);
}

const note = ({ world }: Subject, text: string) => world.send(ROLE, text, { kind: 'note' });

const briefing: Scenario = {
  name: 'is briefed with its first prompt',
  async play(subject) {
    const [id = ''] = await mailOf(subject, 'briefing');
    await subject.world.untilSeen(id);
    expect(subject.given(`[orc:${id}] briefing from orc`)).toBe(true);
    await subject.world.untilState(ROLE, 'idle');
  },
};

const probe: Scenario = {
  name: 'takes what its hooks say, and that is known of its version',
  async play({ world }) {
    const { runtime, version, probed, clients } = await world.orc<Probe>('hooks', 'probe');
    const channels = ['SessionStart', 'UserPromptSubmit', 'PostToolUse', 'Stop'];
    expect(probed).toEqual(channels.map((channel) => ({ channel, outcome: 'proved', step: 'answered' })));
    const known = clients.find((each) => each.runtime === runtime && each.version === version);
    for (const channel of channels)
      expect(known?.channels).toContainEqual(expect.objectContaining({ channel, verdict: 'works' }));
  },
};

const idle: Scenario = {
  name: 'begins a turn by itself when mail comes while it is idle',
  async play(subject) {
    const { id } = await note(subject, 'Something for an idle agent.');
    await expectSeen(subject, id, /^waiter$/);
    await subject.world.untilState(ROLE, 'idle');
  },
};

const keyless: Scenario = {
  name: 'is woken without a keystroke, over the head of somebody who is typing',
  async play(subject) {
    await press(subject, '-l', 'half a thought');
    await waitUntil(async () => (await screenOf(subject)).includes('half a thought'));
    const { id } = await note(subject, 'Something beside a draft.');
    await expectSeen(subject, id, /^waiter$/);
    await subject.world.untilState(ROLE, 'idle');
    expect(await screenOf(subject)).toContain('half a thought');
    await press(subject, 'C-u');
    await waitUntil(async () => !(await screenOf(subject)).includes('half a thought'));
  },
};

const busy: Scenario = {
  name: 'takes mail after a tool call while it is busy',
  async play(subject, stage) {
    const asked = await note(subject, RUN);
    await waitUntil(() => stage.hasBegun('tool'), { what: 'the slow command', timeoutMs: LONG_MS });
    await subject.world.untilState(ROLE, 'working');
    const { id } = await note(subject, 'Something for a busy agent.');
    expect((await subject.world.message(id)).state).toBe('queued');
    stage.open('tool');
    await expectSeen(subject, id, /^PostToolUse$/);
    await subject.world.untilSeen(asked.id);
    await subject.world.untilState(ROLE, 'idle');
  },
};

const stopDrain: Scenario = {
  name: 'goes on with mail that came after its last tool call',
  async play(subject, stage) {
    const asked = await note(subject, THINK);
    await waitUntil(() => subject.given(THINK), { what: 'the thought', timeoutMs: LONG_MS });
    const { id } = await note(subject, 'Something before you stop.');
    stage.open('thought');
    await expectSeen(subject, id, /^Stop$/);
    await subject.world.untilSeen(asked.id);
    await subject.world.untilState(ROLE, 'idle');
  },
};

const permission: Scenario = {
  name: 'asks a person, and nobody else answers',
  async play(subject) {
    const { world } = subject;
    const asked = await note(subject, ASK);
    const { state, worktreePath } = await world.untilState(ROLE, 'blocked');
    expect(state.needs).toBe('you');
    const { id } = await note(subject, 'Something beside a dialog.');
    const until = performance.now() + TEMPTATION_MS;
    while (performance.now() < until) expect(await screenOf(subject)).toContain('Do you want to');
    expect((await world.message(id)).state).toBe('queued');
    await press(subject, '1');
    await expectSeen(subject, id, /^PostToolUse$/);
    await world.untilSeen(asked.id);
    expect(existsSync(join(worktreePath ?? '', 'asked.txt'))).toBe(true);
    await world.untilState(ROLE, 'idle');
  },
};

const compaction: Scenario = {
  name: 'knows its part again after a compaction, and its summary what must survive',
  async play(subject) {
    const { world } = subject;
    const { branch } = await world.agent(ROLE);
    await press(subject, '-l', '/compact');
    await waitUntil(async () => (await screenOf(subject)).includes('/compact'));
    await press(subject, 'Enter');
    const rebrief = await untilRebrief(subject, []);
    expect(subject.summarised(branch ?? 'no branch')).toBe(true);
    const after = await note(subject, 'Something after a compaction.');
    await expectSeen(subject, after.id, /./);
    await expectSeen(subject, rebrief, /^SessionStart$/);
    await world.untilState(ROLE, 'idle');
  },
};

const crash: Scenario = {
  name: 'is back with its part and its mail after it was killed',
  async play(subject) {
    const { world } = subject;
    const before = await world.agent(ROLE);
    const known = await mailOf(subject, 'rebrief');
    process.kill(before.pid ?? 0, 'SIGKILL');
    const { id } = await note(subject, 'Something for somebody who is dead.');
    await waitUntil(
      async () => {
        const { pid } = await world.agent(ROLE);
        return pid !== null && pid !== before.pid;
      },
      { what: 'the restart', timeoutMs: LONG_MS },
    );
    await expectSeen(subject, await untilRebrief(subject, known), /^launch$/);
    await expectSeen(subject, id, /./);
    await world.untilState(ROLE, 'idle');
  },
};

const usageLimit: Scenario = {
  name: 'is left alone while its usage is limited, and goes on afterwards',
  async play(subject) {
    const { world } = subject;
    const spent = await note(subject, SPEND);
    await world.untilState(ROLE, 'limited');
    const { id } = await note(subject, 'Something for when you are back.');
    const { isParked, attempts } = await world.message(id);
    expect({ isParked, attempts }).toEqual({ isParked: true, attempts: 0 });
    expect((await world.message(spent.id)).seenAt).toBeNull();
    const endsAt = await limitEndOf(subject);
    await waitUntil(() => Date.now() > endsAt, { timeoutMs: LIMIT_MS * 2, what: 'the end of the limit' });
    // The client would go on by itself in a minute; a person who does not wait for that ends its waiting.
    await press(subject, 'Escape');
    await waitUntil(async () => !(await screenOf(subject)).includes('Esc to cancel'));
    await world.orc('credits', 'resume');
    await expectSeen(subject, id, /./);
    await world.untilSeen(spent.id);
  },
};

interface Probe {
  readonly runtime: string;
  readonly version: string;
  readonly probed: readonly object[];
  readonly clients: readonly {
    readonly runtime: string;
    readonly version: string;
    readonly channels: readonly object[];
  }[];
}

/** To the second, as the transcript has it: the text that the hook is given names the minute. */
async function limitEndOf({ world }: Subject): Promise<number> {
  const findEnd = async () => {
    const { accounts } = await world.client.call('credits', {});
    const ends = accounts.flatMap(({ limits }) => limits).flatMap((limit) => limit.ends);
    return ends.find(({ source }) => source === 'transcript');
  };
  const end = await waitUntil(findEnd, { what: 'the exact end of the limit' });
  expect(end.isEstimate).toBe(false);
  return end.resetsAt ?? Infinity;
}

async function mailOf({ world }: Subject, kind: string): Promise<string[]> {
  const query = { agent: `shop/${ROLE}`, kind, limit: 100 };
  const { messages } = await world.client.call('messages', { query });
  return messages.map(({ id }) => id);
}

const untilRebrief = (subject: Subject, known: readonly string[]) =>
  waitUntil(async () => (await mailOf(subject, 'rebrief')).find((id) => !known.includes(id)), {
    what: 'a re-brief',
    timeoutMs: LONG_MS,
  });

/** In this order: each leaves the agent idle. */
export const scenarios: readonly Scenario[] = [
  briefing,
  probe,
  idle,
  keyless,
  busy,
  stopDrain,
  permission,
  compaction,
  crash,
  usageLimit,
];
