import type { Radar } from './radar.ts';

/** A conflict from when it was first seen until it is gone; both owners are told once. */
export interface Episode {
  readonly project: string;
  /** In the order of their names. */
  readonly owners: readonly [string, string];
  readonly file: string;
  readonly kind: string;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

export interface EpisodeChanges {
  /** New ones, of which both owners are to be told. */
  readonly found: readonly Episode[];
  /** Seen again so soon after they had gone that they are the same, and nobody is told again. */
  readonly reopened: readonly Episode[];
  readonly resolved: readonly Episode[];
}

const keyOf = ({ owners, file }: Pick<Episode, 'owners' | 'file'>) => `${owners.join('\0')}\0${file}`;

/**
 * What a radar means for the episodes that are known. `recent` are those that ended within the quiet time: a
 * file under somebody's hands comes and goes.
 */
export function compareEpisodes(
  radar: Radar,
  open: readonly Episode[],
  recent: readonly Episode[],
): EpisodeChanges {
  const found: Episode[] = [];
  const reopened: Episode[] = [];
  const now = new Set<string>();
  const unknown = new Set<string>();
  for (const { owners, status, conflicts } of radar.pairs) {
    if (status === 'unknown') unknown.add(owners.join('\0'));
    for (const { file, kind } of conflicts) {
      const key = keyOf({ owners, file });
      now.add(key);
      if (open.some((each) => keyOf(each) === key)) continue;
      const before = recent.find((each) => keyOf(each) === key);
      if (before) reopened.push({ ...before, kind, resolvedAt: null });
      else found.push({ project: radar.key, owners, file, kind, openedAt: radar.at, resolvedAt: null });
    }
  }
  const resolved = open
    .filter((each) => !now.has(keyOf(each)) && !unknown.has(each.owners.join('\0')))
    .map((each) => ({ ...each, resolvedAt: radar.at }));
  return { found, reopened, resolved };
}
