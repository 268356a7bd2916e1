import type { Parts } from '../parts.ts';
import type { GitSight } from './git-facts.ts';

/** What the git monitor and its journal know, as rules ask for it. */
export function createGitSight({
  gitMonitor,
  gitJournal,
}: Pick<Parts, 'gitMonitor' | 'gitJournal'>): GitSight {
  return {
    snapshot: (project) => gitMonitor.snapshot(project),
    conflicts: (project) => gitJournal.openEpisodes(project),
    overlaps: (project, agent) => {
      const pairs = gitMonitor.lastRadar(project)?.pairs ?? [];
      const own = pairs.filter(({ owners }) => owners.includes(agent));
      const files = own.flatMap(({ conflicts, overlaps }) => [
        ...conflicts.map(({ file }) => file),
        ...overlaps,
      ]);
      return [...new Set(files)].sort();
    },
    syncs: (project) => gitJournal.openSyncs(project),
    isTested: (project, sha) => gitJournal.findTestRun(project, sha)?.exitCode === 0,
    isIntegrationKnown: (project, branch) =>
      gitJournal.listIntegrations(project).some(({ id }) => id === branch),
    integratingSince: (project) => {
      const open = gitJournal
        .listIntegrations(project)
        .filter(({ mergedAt, state }) => mergedAt === null && state !== 'abandoned');
      return open.length === 0 ? undefined : Math.min(...open.map(({ createdAt }) => createdAt));
    },
  };
}
