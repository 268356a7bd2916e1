import { compareEpisodes, type Episode, type Radar } from '@orc/git-monitor';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

/** Tells both owners of a conflict once, from when it is first seen until it is gone. */
export function createConflictNews(
  { bus, clock, config, gitJournal }: Parts,
  notices: Notices,
): (radar: Radar) => void {
  return (radar) => {
    const project = radar.key;
    const recent = gitJournal.recentEpisodes(project, clock.now() - config.git.radarQuietMs);
    const changes = compareEpisodes(radar, gitJournal.openEpisodes(project), recent);
    for (const episode of [...changes.reopened, ...changes.resolved]) gitJournal.saveEpisode(episode);
    const pairs = new Map<string, Episode[]>();
    for (const episode of changes.found) {
      const key = episode.owners.join(' ');
      pairs.set(key, [...(pairs.get(key) ?? []), episode]);
      publish('git.conflict_found', episode, radar);
    }
    for (const episode of changes.resolved) publish('git.conflict_resolved', episode, radar);
    for (const episodes of pairs.values()) tellBoth(episodes, radar);
    // Told first: a daemon that is killed in between tells twice rather than never.
    for (const episode of changes.found) gitJournal.saveEpisode(episode);
  };

  function publish(type: string, { owners, file, kind, openedAt, project }: Episode, radar: Radar): void {
    const order = orderOf(owners, radar);
    const severity = type.endsWith('found') ? ('warning' as const) : ('info' as const);
    const data = { owners, file, kind, since: openedAt, ...(order && { order }) };
    bus.publish(type, data, { source: 'git', project, agent: owners[0], severity });
  }

  function tellBoth(episodes: readonly Episode[], radar: Radar): void {
    const [first] = episodes;
    if (!first) return;
    const { owners } = first;
    const files = episodes.map(({ file, kind }) => `${file} (${kind})`).join(', ');
    const order = orderOf(owners, radar);
    for (const [index, recipient] of owners.entries()) {
      const other = owners[1 - index] ?? '';
      const advice = order && adviceFor(recipient, order);
      notices.tell({
        recipient,
        severity: 'warning',
        text: `Your work and that of ${other} cannot be merged as it is: ${files}. ${advice ?? ''} See "orc git radar".`,
      });
    }
  }
}

function orderOf(owners: readonly [string, string], { pairs }: Radar) {
  return pairs.find((pair) => pair.owners.join(' ') === owners.join(' '))?.order;
}

function adviceFor(
  recipient: string,
  { first, second, why }: { readonly first: string; readonly second: string; readonly why: string },
): string {
  return recipient === first
    ? `You go first (${why}): commit yours, and tell ${second} when it is in.`
    : `${first} goes first (${why}): wait for that commit, merge it into your branch, then go on.`;
}
