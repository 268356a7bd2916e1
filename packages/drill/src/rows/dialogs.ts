import { setTimeout as sleep } from 'node:timers/promises';
import { expectThat, quickConfig, type Group, type Row } from '../row.ts';
import type { World } from '../world.ts';

/** Long enough for the daemon to have typed, were it going to. */
const TEMPTATION_MS = 2_500;

/** Sends to an agent that shows a dialog, and sees that the dialog is still there afterwards. */
async function tempt(world: World, role: string, shown: string): Promise<string> {
  const { state, paneId } = await world.untilState(role, 'blocked');
  expectThat(state.needs === 'you', 'nobody is told that a person is needed');
  const { id } = await world.send(role, 'Do not take this for an answer');
  await sleep(TEMPTATION_MS);
  const screen = await world.tmux('capture-pane', '-p', '-t', paneId ?? '');
  expectThat(screen.includes(shown), `the dialog is gone: ${screen.slice(0, 300)}`);
  return id;
}

async function press(world: World, role: string, ...keys: string[]): Promise<void> {
  const { paneId } = await world.agent(role);
  for (const key of keys) await world.tmux('send-keys', '-t', paneId ?? '', key);
}

const permission: Row = {
  name: 'dialog-permission',
  fault: 'dialogs (permission)',
  async run(world) {
    const asking = await world.send('developer', 'Something that needs a permission');
    const id = await tempt(world, 'developer', 'Do you want to');
    await press(world, 'developer', '1');
    await world.untilSeen(asking.id, id);
    return 'shown as "needs you" and not answered; both questions were seen after a person had answered';
  },
};

const trust: Row = {
  name: 'dialog-trust',
  fault: 'dialogs (trust)',
  async run(world) {
    const id = await tempt(world, 'tester', 'No, exit');
    await press(world, 'tester', 'Down', 'Enter');
    await world.untilSeen(id);
    return 'shown as "needs you" and not answered; the question was seen after a person had answered';
  },
};

export const dialogs: Group = {
  name: 'dialogs',
  options: {
    config: { ...quickConfig, agents: { runtime: 'sim', readyMs: 3_000 } },
    scenario: {
      faults: [
        { kind: 'permissionDialog', agent: 'developer' },
        { kind: 'trustDialog', agent: 'tester' },
      ],
    },
    roles: ['developer', 'tester'],
  },
  rows: [permission, trust],
};
