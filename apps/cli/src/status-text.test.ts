import type { AgentView, ProjectStatus, Status } from '@orc/contracts';
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
const status: Status = { version: '0', daemon: null, at: 61_000, unreadForUser: 1, projects: [project] };

describe('formatStatus', () => {
  it('says of each agent what it does, for how long, why, and who saw it', () => {
    const text = formatStatus(status);
    expect(text).toContain('SIMULATION');
    expect(text).toContain('tasks 2/4 done; messages 5 sent, 5 seen, 0 dead');
    expect(text).toMatch(/developer +idle +1m +12% +300M +2 +shop\.t-1 +in 12m +the turn is over \(hook\)/);
    expect(text).toContain('1 unread message: orc inbox');
  });

  it('says how to begin when nothing is there', () => {
    expect(formatStatus({ ...status, projects: [], unreadForUser: 0 })).toContain('orc up');
  });
});
