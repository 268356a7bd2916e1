import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import { HealthPolicy, judgeHealth, type HealthVerdict } from '@orc/supervisor';
import type { Parts } from '../parts.ts';

/** Whether an agent answers, and whether ending it would cost anything; `askedAt` is a question of the caller. */
export type HealthReader = (agent: Agent, askedAt?: number) => HealthVerdict;

/** Signs of a client that does something, as opposed to what others saw of it. */
const OWN_SIGNS: ReadonlySet<string> = new Set(['hook', 'transcript']);
const QUESTIONS = ['status-request', 'question'];
const LOOKED_AT = 20;

/** Never on silence alone: only an idle agent that was asked and did nothing since may be restarted. */
export function createHealthReader(
  { registry, queue, clock, config }: Pick<Parts, 'registry' | 'queue' | 'clock' | 'config'>,
  stateOf: (agent: Agent) => AgentState,
): HealthReader {
  const policy = HealthPolicy.parse({ restartAfterMs: config.pubsub.answerMs });
  return (agent, asked) => {
    const { state } = stateOf(agent);
    const signs = registry.facts(agent.id).filter(({ source }) => OWN_SIGNS.has(source));
    const lastSignAt = signs.reduce<number | null>((last, { at }) => Math.max(last ?? 0, at), null);
    const questions = [
      ...(asked === undefined ? [] : [asked]),
      ...queue.obligations({ debtor: agent.id, open: true }).map(({ createdAt }) => createdAt),
      ...QUESTIONS.flatMap((kind) =>
        queue
          .list({ recipient: agent.id, kind, order: 'newest', limit: LOOKED_AT })
          .map(({ createdAt }) => createdAt),
      ),
    ].filter((at) => at > (lastSignAt ?? 0));
    return judgeHealth(
      {
        process: ['crashed', 'stopped', 'ended'].includes(state) ? 'exited' : 'running',
        activity:
          state === 'idle'
            ? 'idle'
            : state === 'blocked'
              ? 'waiting'
              : state === 'unknown'
                ? 'unknown'
                : 'working',
        lastSignAt,
        askedAt: questions.length === 0 ? null : Math.min(...questions),
      },
      clock.now(),
      policy,
    );
  };
}
