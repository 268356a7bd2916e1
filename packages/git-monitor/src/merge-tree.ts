import { displayPath, type Git, type PathBytes } from '@orc/git';

/** A file that two sides cannot both have as they want it. */
export interface Conflict {
  readonly file: string;
  /** In git's words: `contents`, `add/add`, `modify/delete`, `rename/delete`, `binary`, `file/directory` … */
  readonly kind: string;
}

/** What a merge would come to. Nothing is merged. */
export type Rehearsal =
  | { readonly status: 'clean'; readonly tree: string; readonly overlaps: readonly string[] }
  | {
      readonly status: 'conflict';
      readonly conflicts: readonly Conflict[];
      readonly overlaps: readonly string[];
    }
  /** Git could not try, for example because the histories have nothing in common. */
  | { readonly status: 'unknown'; readonly why: string };

/** Merges two commits in memory. New objects go where `env` says. */
export async function rehearse(
  git: Git,
  directory: string,
  [one, other]: readonly [string, string],
  env: Readonly<Record<string, string>> = {},
): Promise<Rehearsal> {
  const { exitCode, stdout, stderr } = await git.attempt(
    directory,
    ['merge-tree', '--write-tree', '-z', '--messages', one, other],
    { env, encoding: 'latin1' },
  );
  if (exitCode !== 0 && exitCode !== 1) return { status: 'unknown', why: firstLine(stderr) };
  const { tree, conflicts, overlaps } = parseMergeTree(stdout);
  if (exitCode === 0) return { status: 'clean', tree, overlaps };
  return { status: 'conflict', conflicts, overlaps };
}

/**
 * Output of `git merge-tree --write-tree -z --messages`: the tree; entries `mode object stage<TAB>path`; an
 * empty field; then messages, each as count, that many paths, a stable type, and a text for people.
 */
export function parseMergeTree(output: string): { tree: string; conflicts: Conflict[]; overlaps: string[] } {
  const fields = output.split('\0');
  const tree = fields[0] ?? '';
  const stages = new Map<string, Set<string>>();
  let index = 1;
  for (; index < fields.length; index += 1) {
    const entry = /^\d+ [0-9a-f]+ ([123])\t(.*)$/s.exec(fields[index] ?? '');
    if (!entry) break;
    const [, stage = '', path = ''] = entry;
    stages.set(path, (stages.get(path) ?? new Set()).add(stage));
  }
  const kinds = new Map<string, string>();
  const overlaps = new Set<string>();
  for (index += 1; index < fields.length;) {
    const count = Number(fields[index]);
    if (!Number.isInteger(count) || count < 1) break;
    const path = fields[index + 1] ?? '';
    const type = fields[index + 1 + count] ?? '';
    index += count + 3;
    const kind = /^CONFLICT \((.*)\)$/.exec(type)?.[1];
    if (type === 'Auto-merging') overlaps.add(path);
    else if (kind !== undefined && !kinds.has(path)) kinds.set(path, kind);
  }
  // A file that both sides added has no common ancestor, and git still calls it a conflict of contents.
  const kindOf = (path: string) =>
    stages.get(path)?.has('1') === false && kinds.get(path) === 'contents'
      ? 'add/add'
      : (kinds.get(path) ?? 'contents');
  const files = new Set([...kinds.keys(), ...stages.keys()]);
  const show = (path: string) => displayPath(path as PathBytes);
  return {
    tree,
    conflicts: [...files].map((path) => ({ file: show(path), kind: kindOf(path) })),
    overlaps: [...overlaps].filter((path) => !files.has(path)).map(show),
  };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] || 'git does not say why';
}
