import type { Hold } from '@orc/credit-monitor';
import type { Parts } from '../parts.ts';
import type { CreditsConfig } from './config.ts';
import { holdText } from './texts.ts';

/** Records about each agent whether it waits for a limit, where that has changed; its state says so then. */
export function createNotes(
  { registry, clock }: Pick<Parts, 'registry' | 'clock'>,
  windows: CreditsConfig['windows'],
): (holds: ReadonlyMap<string, Hold>) => void {
  const noted = new Map<string, string | undefined>();

  const lastOf = (agentId: string): string | undefined => {
    if (noted.has(agentId)) return noted.get(agentId);
    const fact = registry.facts(agentId).find(({ kind, source }) => kind === 'limit' && source === 'credits');
    const text = fact && JSON.stringify(fact.value);
    noted.set(agentId, text);
    return text;
  };

  return (holds) => {
    for (const { id } of registry.listAgents()) {
      const hold = holds.get(id);
      const value = hold ? valueOf(hold, windows) : { isHeld: false };
      const text = JSON.stringify(value);
      const last = lastOf(id);
      if (text === last || (!hold && last === undefined)) continue;
      registry.recordFact({ agentId: id, kind: 'limit', source: 'credits', value, at: clock.now() });
      noted.set(id, text);
    }
  };
}

function valueOf(hold: Hold, windows: CreditsConfig['windows']) {
  const { isOwn, isEstimate, since, resumesAt, source } = hold;
  return { isHeld: true, isOwn, isEstimate, since, until: resumesAt, source, why: holdText(hold, windows) };
}
