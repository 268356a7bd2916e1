import { setTimeout as sleep } from 'node:timers/promises';
import { expectThat, quickConfig, type Group, type Row } from '../row.ts';
import type { World } from '../world.ts';
import { hookRows } from './hooks.ts';

/** Long enough for the daemon to have typed, were it going to. */
const TEMPTATION_MS = 2_500;
const NUDGE_MS = 700;
const LIMIT_MS = 4_000;

async function paneOf(world: World): Promise<string> {
  const { paneId } = await world.agent('developer');
  expectThat(paneId !== null, 'the agent has no pane');
  return paneId ?? '';
}

const screenOf = async (world: World) => world.tmux('capture-pane', '-p', '-t', await paneOf(world));

const draft: Row = {
  name: 'human-draft',
  fault: 'a human types in the pane',
  async run(world) {
    await world.untilState('developer', 'idle');
    const pane = await paneOf(world);
    await world.tmux('send-keys', '-t', pane, '-l', 'half a thought');
    const { id } = await world.send('developer', 'You have a visitor');
    await sleep(TEMPTATION_MS);
    expectThat((await screenOf(world)).includes('half a thought'), 'the draft is gone');
    expectThat((await world.message(id)).state === 'queued', 'something was sent into a draft');
    await world.tmux('send-keys', '-t', pane, 'C-u');
    await world.untilSeen(id);
    return 'the draft stood untouched; the question came when it was gone';
  },
};

/** What the daemon types to begin a turn; the hook of the submitted line carries the mail. */
const LINE_OF_DAEMON = 'There is mail for you from your team.';

const lineLeft: Row = {
  name: 'line-left',
  fault: 'a daemon killed between a line and its Enter',
  async run(world) {
    await world.untilState('developer', 'idle');
    await world.tmux('send-keys', '-t', await paneOf(world), '-l', LINE_OF_DAEMON);
    const { id } = await world.send('developer', 'You have a visitor who waits');
    await world.untilSeen(id);
    return 'the line got its Enter, and the question came with it';
  },
};

const copyMode: Row = {
  name: 'copy-mode',
  fault: 'a human reads back in the pane',
  async run(world) {
    await world.untilState('developer', 'idle');
    const pane = await paneOf(world);
    await world.tmux('copy-mode', '-t', pane);
    const { id } = await world.send('developer', 'You have another visitor');
    await sleep(TEMPTATION_MS);
    const mode = await world.tmux('display-message', '-p', '-t', pane, '#{pane_in_mode}');
    expectThat(mode.trim() === '1', 'the reader was thrown out of copy mode');
    expectThat((await world.message(id)).state === 'queued', 'something was typed into copy mode');
    await world.tmux('copy-mode', '-q', '-t', pane);
    await world.untilSeen(id);
    return 'nothing was typed while somebody read; the question came afterwards';
  },
};

const limit: Row = {
  name: 'usage-limit',
  fault: 'usage limit',
  async run(world) {
    const tripping = await world.send('developer', 'trip the limit');
    await world.untilState('developer', 'limited');
    const parked = await world.send('developer', 'When you are back');
    expectThat((await world.message(parked.id)).isParked, 'mail is sent to an agent without usage');
    await world.untilSeen(tripping.id, parked.id);
    const { attempts } = await world.message(parked.id);
    expectThat(attempts === 0, `${attempts} attempts were counted while the limit lasted`);
    return 'parked, no attempt counted, both seen after the reset';
  },
};

/** Waiters are off, so that an idle agent is reached by a typed line or not at all. */
export const panes: Group = {
  name: 'panes',
  options: {
    config: { ...quickConfig, delivery: { waiters: false, nudgeAfterMs: NUDGE_MS } },
    scenario: {
      faults: [
        {
          kind: 'limit',
          agent: 'developer',
          onMessage: 'trip the limit',
          inMs: LIMIT_MS,
          autoResume: true,
          resumeDelayMs: 300,
        },
      ],
    },
    roles: ['developer'],
  },
  rows: [draft, lineLeft, copyMode, ...hookRows, limit],
};
