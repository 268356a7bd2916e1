import type { Evidence } from '../messaging/evidence.ts';
import type { Parts } from '../parts.ts';
import { isSurelySameProcess } from '../supervision/identity.ts';
import { safely } from '../system/safely.ts';
import type { Lifecycle } from './launch.ts';

interface Deps {
  readonly launcher: Pick<Lifecycle, 'end'>;
  readonly evidence: Pick<Evidence, 'follow' | 'poll'>;
}

/**
 * Goes on with the ends that an earlier daemon was killed in: a client may live whose mail is parked, and whoever
 * wrote to one that has ended may not know. Not waited for, since a client may take its time to end; an end that
 * fails is logged, and left to whoever repeats it.
 */
export function finishEnds(
  { registry, log }: Pick<Parts, 'registry' | 'log'>,
  { launcher, evidence }: Deps,
): void {
  for (const agent of registry.listAgents({ includeEnded: true })) {
    const { id, desired, transcriptPath } = agent;
    const isThere = isSurelySameProcess(agent);
    // Who was stopped and runs no more was left by a person, or needs nothing that its next start does not do.
    if (desired === 'running' || (desired === 'stopped' && !isThere)) continue;
    safely(log, 'the end of an agent', async () => {
      // What it has seen goes back to nobody.
      if (isThere && transcriptPath !== null) {
        evidence.follow(id, transcriptPath);
        evidence.poll(id);
      }
      await launcher.end(id, desired, { force: false });
    })();
  }
}
