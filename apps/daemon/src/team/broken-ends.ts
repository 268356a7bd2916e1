import type { Agent } from '@orc/registry';
import type { Evidence } from '../messaging/evidence.ts';
import type { Parts } from '../parts.ts';
import { isSurelySameProcess } from '../supervision/identity.ts';
import { safely } from '../system/safely.ts';
import { createAskedRestarts } from './asked-restarts.ts';
import type { Lifecycle } from './launch.ts';

interface Deps {
  readonly launcher: Pick<Lifecycle, 'end' | 'restart'>;
  readonly evidence: Pick<Evidence, 'follow' | 'poll' | 'isBehind'>;
}

const GENTLY = { force: false };
/** Each look reads at most a mebibyte; a conversation that is longer costs a message that comes again. */
const LOOKS_MAX = 64;

/**
 * Goes on with the ends and restarts that an earlier daemon was killed in: a client may live whose mail is parked,
 * and whoever wrote to one that has ended may not know. Not waited for, since a client may take its time to end,
 * and begun at once, so that no start comes before; one that fails is logged, and left to whoever repeats it.
 */
export function finishEnds(
  { registry, log }: Pick<Parts, 'registry' | 'log'>,
  { launcher, evidence }: Deps,
): void {
  const askedRestarts = createAskedRestarts({ registry });
  const asked = new Set(askedRestarts.list());
  for (const agent of registry.listAgents({ includeEnded: true })) {
    const { id, desired, paneId } = agent;
    const isThere = isSurelySameProcess(agent);
    const isAsked = asked.delete(id) && desired !== 'ended';
    // Who was stopped and runs no more was left by a person, or needs nothing that its next start does not do.
    if (!isAsked && (desired === 'running' || (desired === 'stopped' && !isThere))) continue;
    safely(log, 'the end of an agent', async () => {
      if (isThere || paneId !== null) readOn(evidence, agent);
      if (isAsked) await launcher.restart(id, GENTLY);
      else if (desired !== 'running') await launcher.end(id, desired, GENTLY);
    })();
  }
  // They are nobody's any more.
  askedRestarts.remove(...asked);
}

/** What an agent has seen goes back to nobody, and no sender is told that it was given up. */
function readOn(evidence: Deps['evidence'], { id, transcriptPath }: Agent): void {
  if (transcriptPath === null) return;
  evidence.follow(id, transcriptPath);
  for (let looks = 0; looks === 0 || (evidence.isBehind(id) && looks < LOOKS_MAX); looks += 1)
    evidence.poll(id);
}
