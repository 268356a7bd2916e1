import { createUsageMeter, signalProcess, type TreeUsage } from '@orc/process';
import type { Agent } from '@orc/registry';
import { judgeUsage, type UsageLimits } from '@orc/supervisor';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

export interface UsageWatch {
  /** What an agent and everything it started used when it was last read; nothing for one that does not run. */
  of(agentId: string): TreeUsage | undefined;
  /** Reads all agents, and acts where a limit that was set has been exceeded for too long. */
  run(): void;
}

/** Stands for all agents among their ids. */
const TOGETHER = '*';

/** Reads what each agent uses. Nothing is limited unless the configuration says so. */
export function createUsageWatch(
  { registry, config, clock, bus }: Pick<Parts, 'registry' | 'config' | 'clock' | 'bus'>,
  notices: Notices,
): UsageWatch {
  const meter = createUsageMeter();
  const exceeded = new Map<string, number>();
  const acted = new Set<string>();
  let readings = new Map<string, TreeUsage>();

  const act = createAct({ bus }, notices);

  const judge = (agent: Agent, usage: TreeUsage): void => {
    const { id, pid } = agent;
    const { exceededSince, why } = judgeUsage(
      usage,
      { exceededSince: exceeded.get(id) ?? null, now: clock.now() },
      config.supervision.limits,
    );
    if (exceededSince === null) {
      exceeded.delete(id);
      acted.delete(id);
    } else exceeded.set(id, exceededSince);
    if (why === null || acted.has(id) || pid === null) return;
    acted.add(id);
    act(agent, { why, action: config.supervision.limits.action, what: `${id} uses too much` });
  };

  const judgeTotal = (running: readonly Agent[]): void => {
    const sum = sumOf([...readings.values()]);
    const limits = config.supervision.totalLimits;
    const since = exceeded.get(TOGETHER) ?? null;
    const { exceededSince, why } = judgeUsage(sum, { exceededSince: since, now: clock.now() }, limits);
    if (exceededSince === null) {
      exceeded.delete(TOGETHER);
      acted.delete(TOGETHER);
    } else exceeded.set(TOGETHER, exceededSince);
    const heldBy = ({ id }: Agent) => readings.get(id)?.memoryBytes ?? 0;
    const [largest] = [...running].sort((one, other) => heldBy(other) - heldBy(one));
    if (why === null || acted.has(TOGETHER) || !largest) return;
    acted.add(TOGETHER);
    const what = `The agents use too much together (${largest.id} most)`;
    act(largest, { why, action: limits.action, what });
  };

  return {
    of: (agentId) => readings.get(agentId),
    run() {
      const running = registry
        .listAgents()
        .filter(({ desired, pid, paneId }) => desired === 'running' && pid !== null && paneId !== null);
      readings = meter.read(
        new Map(
          running.map(({ id, pid, pidStartedAt }) => [id, { pid: pid ?? 0, startedAtTicks: pidStartedAt }]),
        ),
      );
      for (const agent of running) {
        const usage = readings.get(agent.id);
        if (usage) judge(agent, usage);
      }
      judgeTotal(running);
    },
  };
}

function sumOf(all: readonly TreeUsage[]) {
  return {
    memoryBytes: all.reduce((total, each) => total + each.memoryBytes, 0),
    cpuPercent: all.reduce((total, each) => total + (each.cpuPercent ?? 0), 0),
  };
}

/** Tells that somebody uses too much, and ends it when the configuration says so. */
function createAct({ bus }: Pick<Parts, 'bus'>, notices: Notices) {
  return (
    agent: Agent,
    {
      why,
      action,
      what,
    }: { readonly why: string; readonly action: UsageLimits['action']; readonly what: string },
  ): void => {
    const { id, project, pid, pidStartedAt } = agent;
    const isEnded = action === 'restart';
    const about = { source: 'supervision', agent: id, project, severity: 'warning' } as const;
    bus.publish('agent.over_limit', { why, action }, about);
    notices.critical(agent, `${what}: ${why}${isEnded ? `; ${id} is started again` : ''}`);
    // Its end is noticed as any other, and counts as one: what grows again at once is not started for ever.
    if (isEnded && pid !== null) signalProcess({ pid, startedAtTicks: pidStartedAt }, 'SIGTERM');
  };
}
