import type { Progress } from '@orc/contracts';
import type { Parts } from '../parts.ts';

export interface Readiness {
  /** An agent gave its first sign of life, or one is waited for no longer. */
  notice(agentId: string): void;
  /** Resolves when all of them have shown themselves, or the configured time is over. */
  wait(agentIds: readonly string[], report: (progress: Progress) => void): Promise<void>;
}

/** Knows which freshly launched agents have been heard of. Silence is reported and never judged. */
export function createReadiness({ config, registry }: Pick<Parts, 'config' | 'registry'>): Readiness {
  const waiting = new Map<string, Set<() => void>>();
  const notice = (agentId: string): void => {
    for (const resolve of waiting.get(agentId) ?? []) resolve();
    waiting.delete(agentId);
  };
  const one = (agentId: string): Promise<void> =>
    new Promise((resolve) => {
      const launchedAt = registry.getAgent(agentId).launchedAt ?? 0;
      const isHeard = registry.facts(agentId).some(({ source, at }) => source === 'hook' && at >= launchedAt);
      if (isHeard) return resolve();
      waiting.set(agentId, (waiting.get(agentId) ?? new Set()).add(resolve));
    });
  return {
    notice,
    async wait(agentIds, report) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), config.agents.readyMs);
      });
      await Promise.all(
        agentIds.map(async (agentId) => {
          const outcome = await Promise.race([one(agentId), late]);
          report(
            outcome === 'late'
              ? {
                  step: 'silent',
                  text: `${agentId} has not been heard of yet; look with "orc attach ${agentId}"`,
                }
              : { step: 'ready', text: `${agentId} is there` },
          );
        }),
      );
      clearTimeout(timer);
    },
  };
}
