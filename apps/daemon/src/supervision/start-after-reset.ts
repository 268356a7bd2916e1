import { describeError, isOrcError } from '@orc/errors';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { Launcher } from '../team/launch.ts';
import type { AfterReset } from './after-reset.ts';

/** Short for somebody who waits, and long for a client that is missing until somebody comes. */
const RETRY_MS = 60_000;

interface Deps {
  readonly afterReset: Pick<AfterReset, 'due' | 'remove'>;
  readonly launcher: Launcher;
  readonly notices: Pick<Notices, 'critical'>;
}

/**
 * Starts those whose usage limit is over, each whatever becomes of the others. A limit may end at night: who
 * cannot be started now is told of and tried again, and only who will never be admitted is given up.
 */
export function createStartsAfterReset(
  { registry, clock, log }: Pick<Parts, 'registry' | 'clock' | 'log'>,
  { afterReset, launcher, notices }: Deps,
): () => Promise<void> {
  /** When a start failed last. Only here: the next daemon tries at once. */
  const failedAt = new Map<string, number>();

  const fail = (agentId: string, error: unknown): void => {
    log.error({ err: error, agent: agentId }, 'a start after a usage limit failed');
    const agent = registry.getAgent(agentId);
    const why = describeError(error);
    if (isOrcError(error, 'ORC_DAEMON_NOT_ADMITTED')) {
      notices.critical(agent, `${agentId} is not started: ${why} Try again with: orc agent start ${agentId}`);
      registry.updateAgent(agentId, { desired: 'stopped' });
      afterReset.remove(agentId);
      return;
    }
    if (!failedAt.has(agentId)) {
      const text = `${agentId} could not be started after its usage limit: ${why} It is tried again every minute.`;
      notices.critical(agent, text);
    }
    failedAt.set(agentId, clock.now());
  };

  const isToBeTried = (agentId: string): boolean => {
    // The starts of the others took time, in which somebody may have stopped it.
    if (registry.findAgent(agentId)?.desired !== 'running') return false;
    const last = failedAt.get(agentId);
    return last === undefined || Math.abs(clock.now() - last) >= RETRY_MS;
  };

  return async () => {
    for (const { id } of afterReset.due()) {
      if (!isToBeTried(id)) continue;
      try {
        await launcher.launch(id, 'resume');
      } catch (error) {
        fail(id, error);
        continue;
      }
      failedAt.delete(id);
      afterReset.remove(id);
    }
  };
}
