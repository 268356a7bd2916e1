import { slugOf } from '@orc/contracts';
import { judgeBroadcast, reservedTags } from '@orc/routing';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Parts } from '../parts.ts';
import type { Teams } from './matrix.ts';

export interface Broadcasts {
  /**
   * Lets a broadcast through, counts it, and gives the tags it goes out with: who leads may write to
   * everybody of one project, for a purpose, and not often.
   *
   * @throws ORC_DAEMON_FORBIDDEN, ORC_DAEMON_TOO_MANY_BROADCASTS, ORC_DAEMON_RESERVED
   */
  admit(
    caller: Caller,
    project: string,
    about: { readonly purpose: string; readonly tags?: readonly string[] | undefined },
  ): string[];
}

/** The times are kept in the registry, so that a new daemon does not begin to count anew. */
export function createBroadcasts(
  { registry, clock, config }: Pick<Parts, 'registry' | 'clock' | 'config'>,
  teams: Teams,
): Broadcasts {
  const key = (project: string) => `broadcasts.${project}`;
  return {
    admit(caller, project, { purpose, tags = [] }) {
      const reserved = reservedTags(tags);
      if (reserved.length > 0) throw errors.reserved(`the tag ${reserved.join(', ')}`);
      const now = clock.now();
      const known = registry.getValue(key(project));
      const earlier = Array.isArray(known) ? known.filter((at) => typeof at === 'number') : [];
      const verdict = judgeBroadcast({
        from: teams.partyOf(caller.name),
        matrix: registry.getProject(project),
        earlier,
        now,
        policy: config.routing,
      });
      if (!verdict.isAllowed) {
        if (verdict.because === 'not-a-lead') throw errors.forbidden('write to everybody');
        throw errors.tooManyBroadcasts(verdict.why);
      }
      const window = now - config.routing.broadcastWindowMs;
      registry.setValue(key(project), [...earlier.filter((at) => at > window), now]);
      return [...tags, 'broadcast', slugOf(purpose)];
    },
  };
}
