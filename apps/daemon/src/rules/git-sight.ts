import type { Parts } from '../parts.ts';
import type { GitSight } from './git-facts.ts';

/** What the git monitor and its journal know, as rules ask for it. Files that merely overlap are not kept there. */
export function createGitSight({
  gitMonitor,
  gitJournal,
}: Pick<Parts, 'gitMonitor' | 'gitJournal'>): GitSight {
  return {
    snapshot: (project) => gitMonitor.snapshot(project),
    conflicts: (project) => gitJournal.openEpisodes(project),
    syncs: (project) => gitJournal.openSyncs(project),
    isTested: (project, sha) => gitJournal.findTestRun(project, sha)?.exitCode === 0,
    integratingSince: (project) => {
      const open = gitJournal
        .listIntegrations(project)
        .filter(({ mergedAt, state }) => mergedAt === null && state !== 'abandoned');
      return open.length === 0 ? undefined : Math.min(...open.map(({ createdAt }) => createdAt));
    },
  };
}
