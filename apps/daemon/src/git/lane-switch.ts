import type { Parts } from '../parts.ts';

/** Why the fast lanes of a project are closed, for its merges as for direct hand-offs; null when they are open. */
export function whyLanesAreClosed(
  { config, gitJournal }: Pick<Parts, 'config' | 'gitJournal'>,
  project: string,
): string | null {
  if (config.DISABLE_FAST_LANE) return 'DISABLE_FAST_LANE is set in the configuration';
  if (!config.git.fastLanes.enabled) return 'git.fastLanes.enabled is false in the configuration';
  return gitJournal.laneSwitch(project) === false ? 'switched off with "orc lane off"' : null;
}
