import type { AgentView, MachineView, ProjectStatus, Status } from '@orc/contracts';
import { describe, expect, it } from 'vitest';
import { formatStatus } from './status-text.ts';

const agent: AgentView = {
  id: 'shop/developer',
  project: 'shop',
  role: 'developer',
  title: 'Developer',
  runtime: 'sim',
  isSimulation: true,
  state: { state: 'idle', why: 'the turn is over', source: 'hook', since: 1_000, confidence: 'high' },
  windowName: 'Developer',
  paneId: '%1',
  pid: 1,
  branch: 'feature/shop-developer',
  worktreePath: '/w',
  task: { id: 'shop.t-1', title: 'Write it' },
  unread: 2,
  restarts: 0,
  contextUsedPercent: null,
  launchedAt: 0,
  nextCheckInAt: 781_000,
  process: { isAlive: true, uptimeMs: 61_000, cpuPercent: 12.4, memoryBytes: 314_572_800, count: 3 },
};
const project: ProjectStatus = {
  slug: 'shop',
  name: 'shop',
  path: '/shop',
  status: 'active',
  parentBranch: 'main',
  runtime: 'sim',
  isSimulation: true,
  hub: 'orchestrator',
  tmuxSession: 'shop',
  startedAt: 0,
  agents: [agent],
  tasks: { waiting: 1, ready: 0, assigned: 0, started: 1, blocked: 0, done: 2, failed: 0, cancelled: 0 },
  messages: {
    queued: 0,
    leased: 0,
    injected: 0,
    seen: 3,
    done: 2,
    failed: 0,
    dead: 0,
    total: 5,
    slowestSeenMs: 10,
  },
};
const machine: MachineView = {
  memory: { totalBytes: 4_096 * 1024 * 1024, availableBytes: 300 * 1024 * 1024 },
  load: { average: 3.25, cores: 2 },
  agents: { heldBytes: 600 * 1024 * 1024, limitBytes: null },
  pressure: null,
  waiting: [],
};
const status: Status = {
  ...{ version: '0', daemon: null, at: 61_000, unreadForUser: 1 },
  ...{ projects: [project], machine },
};

describe('formatStatus', () => {
  it('says of each agent what it does, for how long, why, and who saw it', () => {
    const text = formatStatus(status);
    expect(text).toContain('SIMULATION');
    expect(text).toContain('tasks 2/4 done; messages 5 sent, 5 seen, 0 dead');
    expect(text).toMatch(/developer +idle +1m +12% +300M +2 +shop\.t-1 +in 12m +the turn is over \(hook\)/);
    expect(text).toContain('1 unread message: orc inbox');
  });

  it('says who waits to be started and why, and of a machine that is well nothing', () => {
    expect(formatStatus(status)).not.toContain('MACHINE');
    const pressure = '300 MiB of memory are free, and 356 MiB are needed';
    const waiting = [{ agent: 'shop/tester', since: 1_000, why: pressure }];
    expect(formatStatus({ ...status, machine: { ...machine, pressure, waiting } }).split('\n')).toEqual(
      expect.arrayContaining([
        'MACHINE: 300 of 4096 MiB of memory free, load 3.3 on 2 cores, agents hold 600 MiB',
        `nobody is started now: ${pressure}`,
        `shop/tester waits to be started since 1m: ${pressure}`,
      ]),
    );
  });

  it('says how to begin when nothing is there', () => {
    expect(formatStatus({ ...status, projects: [], unreadForUser: 0 })).toContain('orc up');
  });
});
