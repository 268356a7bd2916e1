import { createUsageMeter, signalProcess, type TreeUsage } from '@orc/process';
import type { Agent } from '@orc/registry';
import { judgeUsage } from '@orc/supervisor';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

export interface UsageWatch {
  /** What an agent and everything it started used when it was last read; nothing for one that does not run. */
  of(agentId: string): TreeUsage | undefined;
  /** Reads all agents, and acts where a limit that was set has been exceeded for too long. */
  run(): void;
}

/** Reads what each agent uses. Nothing is limited unless the configuration says so. */
export function createUsageWatch(
  { registry, config, clock, bus }: Pick<Parts, 'registry' | 'config' | 'clock' | 'bus'>,
  notices: Notices,
): UsageWatch {
  const meter = createUsageMeter();
  const exceeded = new Map<string, number>();
  const acted = new Set<string>();
  let readings = new Map<string, TreeUsage>();

  const judge = (agent: Agent, usage: TreeUsage): void => {
    const { id, project, pid, pidStartedAt } = agent;
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
    const isEnded = config.supervision.limits.action === 'restart';
    const data = { why, action: config.supervision.limits.action };
    bus.publish('agent.over_limit', data, { source: 'supervision', agent: id, project, severity: 'warning' });
    notices.critical(agent, `${id} uses too much: ${why}${isEnded ? '; it is started again' : ''}`);
    // Its end is noticed as any other, and counts as one: what grows again at once is not started for ever.
    if (isEnded) signalProcess({ pid, startedAtTicks: pidStartedAt }, 'SIGTERM');
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
    },
  };
}
