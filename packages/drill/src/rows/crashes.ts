import { expectThat, type Row } from '../row.ts';
import { until } from '../until.ts';

const MESSAGES = 10;

const daemonKilled: Row = {
  name: 'daemon-killed',
  fault: 'daemon killed -9 mid-delivery',
  async run(world) {
    const before = await world.daemonPid();
    const ids: string[] = [];
    for (let index = 0; index < MESSAGES; index += 1) {
      ids.push((await world.send('developer', `Question ${index}`)).id);
      if (index === MESSAGES / 2) process.kill(before, 'SIGKILL');
    }
    await world.untilSeen(...ids);
    const after = await world.daemonPid();
    expectThat(before !== after, 'the killed daemon still answers');
    return `${MESSAGES} questions over two daemons, all seen`;
  },
};

const agentKilled: Row = {
  name: 'agent-killed',
  fault: 'agent killed',
  async run(world) {
    const { pid, launchedAt } = await world.agent('developer');
    expectThat(pid !== null, 'the agent has no process');
    const first = await world.send('developer', 'A question that may die with you');
    const killedAt = Date.now();
    process.kill(pid ?? 0, 'SIGKILL');
    const again = await until(
      async () => {
        const found = await world.agent('developer');
        return (found.launchedAt ?? 0) > (launchedAt ?? 0) && found.pid !== pid && found;
      },
      { what: 'the killed agent being started again' },
    );
    const second = await world.send('developer', 'Are you back?');
    await world.untilSeen(first.id, second.id);
    return `started again after ${(again.launchedAt ?? 0) - killedAt} ms; both questions seen`;
  },
};

const tmuxKilled: Row = {
  name: 'tmux-server-killed',
  fault: 'tmux server killed',
  async run(world) {
    await world.tmux('kill-server');
    await world.untilState('developer', 'crashed');
    const kept = await world.send('developer', 'Did you survive?');
    await world.orc('resume');
    await world.untilSeen(kept.id);
    return 'shown as lost, rebuilt by "orc resume", the question that waited was seen';
  },
};

export const crashRows: readonly Row[] = [daemonKilled, agentKilled, tmuxKilled];
