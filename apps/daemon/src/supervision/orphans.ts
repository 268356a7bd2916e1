import {
  findByEnvironment,
  isRunning,
  listDescendants,
  signalProcess,
  type FoundProcess,
} from '@orc/process';
import type { Agent } from '@orc/registry';
import { findOrphans } from '@orc/supervisor';
import type { Parts } from '../parts.ts';
import { isSurelyRunning } from './lost.ts';

export interface Orphan extends FoundProcess {
  readonly agent: string;
}

export interface OrphanWatch {
  /** What outlived the program that it was started for, now. */
  find(): Promise<Orphan[]>;
  /** Ends what has outlived it for long enough: asked first, killed when it does not listen. */
  run(): Promise<void>;
}

interface Sighting {
  readonly seenAt: number;
  readonly askedAt: number | null;
}

/**
 * Looks for processes that agents left behind: tool servers, development servers, waiting hooks. They are
 * known by the environment that they were started with (this ORC_HOME and an agent), and never by name;
 * whatever stands below a living window is left alone, and so is an agent that runs where no window is seen.
 */
export function createOrphanWatch(
  parts: Pick<Parts, 'registry' | 'panes' | 'layout' | 'config' | 'clock' | 'bus' | 'log'>,
): OrphanWatch {
  const { registry, panes, layout, config, clock, bus, log } = parts;
  const sightings = new Map<string, Sighting>();

  const find = async (): Promise<Orphan[]> => {
    const suspects = findByEnvironment({ ORC_HOME: layout.home, ORC_AGENT: null }).map((found) => ({
      ...found,
      agent: found.environment['ORC_AGENT'] ?? '',
    }));
    // A home in which no agent was ever started has no tmux server, and none is started to look.
    if (suspects.length === 0) return [];
    const windows = (await panes()).filter(({ isDead }) => !isDead).map(({ pid }) => pid);
    const isInWindow = ({ pid }: Agent) => pid !== null && windows.includes(pid);
    const running = registry
      .listAgents()
      .filter((agent) => isInWindow(agent) || isSurelyRunning(parts, agent));
    const programs = running.map(({ pid }) => pid).filter((pid) => pid !== null);
    const roots = new Set([...windows, ...programs]);
    const below = listDescendants(...roots).map(({ pid }) => pid);
    return findOrphans({
      suspects,
      programs: new Map(running.map(({ id, pidStartedAt }) => [id, pidStartedAt ?? '0'])),
      kept: new Set([process.pid, ...roots, ...below]),
    });
  };

  const end = (orphan: Orphan, { seenAt, askedAt }: Sighting): Sighting => {
    const now = clock.now();
    const { graceMs, endMs } = config.supervision.orphans;
    if (askedAt === null && now - seenAt < graceMs) return { seenAt, askedAt };
    const isLast = askedAt !== null && now - askedAt >= endMs;
    const signal = isLast ? 'SIGKILL' : 'SIGTERM';
    if ((askedAt === null || isLast) && signalProcess(orphan, signal)) {
      const { pid, agent, command } = orphan;
      log.info({ pid, agent, command, signal }, 'ended what an agent left behind');
      bus.publish('process.orphan_ended', { pid, command, signal }, { source: 'supervision', agent });
    }
    return { seenAt, askedAt: askedAt ?? now };
  };

  return {
    find,
    async run() {
      if (config.supervision.orphans.action !== 'end') return;
      const orphans = await find();
      const present = new Set(orphans.map(keyOf));
      for (const key of sightings.keys()) if (!present.has(key)) sightings.delete(key);
      for (const orphan of orphans.filter((each) => isRunning(each))) {
        const before = sightings.get(keyOf(orphan)) ?? { seenAt: clock.now(), askedAt: null };
        sightings.set(keyOf(orphan), end(orphan, before));
      }
    },
  };
}

function keyOf({ pid, startedAtTicks }: Orphan): string {
  return `${pid}:${startedAtTicks}`;
}
