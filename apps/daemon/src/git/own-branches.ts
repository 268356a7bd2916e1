import type { Project } from '@orc/registry';
import type { Parts } from '../parts.ts';

/** Orc's own branches, by what they are for: `integration/daily-<time>` and `rollback/emergency-<time>`. */
const NAMES = { integration: 'daily', rollback: 'emergency' } as const;

/** The name of a new branch of orc's own, which neither the journal, the repository nor its remote knows yet. */
export async function nameOwnBranch(
  { gitJournal, gitMonitor, integrator, clock }: Parts,
  { slug, path }: Project,
  kind: keyof typeof NAMES,
): Promise<string> {
  const remote = gitMonitor.snapshot(slug)?.remote ?? null;
  const places = ['refs/heads', ...(remote === null ? [] : [`refs/remotes/${remote}`])];
  // What is there is its own ancestor.
  const isThere = async (name: string) => {
    const found = await Promise.all(
      places.map((place) => integrator.isAncestor(path, `${place}/${name}`, `${place}/${name}`)),
    );
    return found.includes(true);
  };
  const taken = new Set(gitJournal.listIntegrations(slug).map(({ id }) => id));
  // A reference is a file: a branch `integration` leaves no room for `integration/…`.
  const separator = (await isThere(kind)) ? '-' : '/';
  const name = `${kind}${separator}${NAMES[kind]}-${stampOf(clock.now())}`;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate) && !(await isThere(candidate))) return candidate;
  }
}

/** `YYYYMMDD-HHMM`, UTC. */
function stampOf(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10).replaceAll('-', '')}-${text.slice(11, 16).replace(':', '')}`;
}
