import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';

/** One version of one client: what is known of its channels holds for all agents that run it. */
export interface ClientVersion {
  readonly runtime: string;
  readonly version: string;
}

const KIND = 'client';

/** Notes which version an agent was started with: the installed one may be another by tomorrow. */
export function noteClient(
  { registry, clock }: Pick<Parts, 'registry' | 'clock'>,
  { id, runtime }: Agent,
  version: string,
): void {
  const value: ClientVersion = { runtime, version };
  registry.recordFact({ agentId: id, kind: KIND, value: { ...value }, source: 'process', at: clock.now() });
}

/** `undefined` for an agent that an older orc has started. */
export function findClient(
  { registry }: Pick<Parts, 'registry'>,
  agentId: string,
): ClientVersion | undefined {
  const fact = registry.facts(agentId).find(({ kind }) => kind === KIND);
  return fact?.value as ClientVersion | undefined;
}
