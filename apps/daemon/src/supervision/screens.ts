import { readScreen } from '@orc/agent-runtime';
import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { PaneId } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';

/** States in which nobody else says anything, so that even the weakest witness is worth hearing. */
const UNCLEAR: ReadonlySet<string> = new Set(['starting', 'unknown']);

/**
 * Looks at the windows of agents that have not been heard of: a dialog that keeps a client from starting
 * (trust, a key, a broken setting) is seen by no hook. One round for all of them; nothing is typed.
 */
export function createScreenWitness(
  { registry, tmux, clock }: Pick<Parts, 'registry' | 'tmux' | 'clock'>,
  stateOf: (agent: Agent) => AgentState,
  /** Told what the client says about usage, apart from the conversation. */
  onNotice: (agent: Agent, text: string) => void,
) {
  const shown = new Set<string>();
  return async (): Promise<void> => {
    const isUnclear = (agent: Agent) => UNCLEAR.has(stateOf(agent).state) || shown.has(agent.id);
    const unclear = registry
      .listAgents()
      .filter((agent) => agent.desired === 'running' && agent.paneId !== null && isUnclear(agent));
    if (unclear.length === 0) return;
    const screens = await (await tmux()).capture(unclear.map(({ paneId }) => paneId as PaneId));
    for (const agent of unclear) {
      const { id, paneId } = agent;
      const { dialog, isBusy, limit, notices } = readScreen(screens.get(paneId as PaneId) ?? '');
      for (const text of limit === undefined ? notices : [limit]) onNotice(agent, text);
      if (dialog === null && !isBusy && limit === undefined && !shown.has(id)) continue;
      // What a screen has shown is looked at until it is gone: no hook tells of that either.
      if (dialog === null) shown.delete(id);
      else shown.add(id);
      const value = { dialog, isBusy, limit: limit ?? null };
      registry.recordFact({ agentId: id, kind: 'screen', value, source: 'screen', at: clock.now() });
    }
  };
}
