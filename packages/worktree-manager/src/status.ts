import { unquotePath, type Git, type PathBytes } from '@orc/git';

/** A path that is not as the last commit has it. */
export interface StatusEntry {
  /** A nested repository git does not know is `untracked`, and its path ends with `/`. */
  readonly kind: 'tracked' | 'unmerged' | 'untracked';
  readonly isStaged: boolean;
  readonly isSubmodule: boolean;
  readonly path: PathBytes;
}

// The number of fields before the path, by the letter that a line begins with. Renames are switched off.
const FIELDS: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

/**
 * Everything that is not committed, as git's second porcelain format says it. Read with quoted paths and
 * not with `-z`: output comes as text, and only a quoted path keeps bytes that are not UTF-8. Writes
 * nothing and takes no lock.
 */
export async function readStatus(
  git: Git,
  root: string,
  env: Readonly<Record<string, string>> = {},
): Promise<StatusEntry[]> {
  const output = await git.run(
    root,
    ['status', '--porcelain=v2', '--untracked-files=all', '--no-renames', '--ignore-submodules=none'],
    { env },
  );
  const entries: StatusEntry[] = [];
  for (const line of output.split('\n')) {
    const count = FIELDS[line.slice(0, 1)];
    if (count === undefined) continue;
    const fields = line.split(' ');
    const [letter, states = '', submodule = ''] = fields;
    entries.push({
      kind: letter === '?' ? 'untracked' : letter === 'u' ? 'unmerged' : 'tracked',
      isStaged: letter === '1' && !states.startsWith('.'),
      isSubmodule: letter !== '?' && submodule.startsWith('S'),
      path: unquotePath(fields.slice(count).join(' ')),
    });
  }
  return entries;
}
