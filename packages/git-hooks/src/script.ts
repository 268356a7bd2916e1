/** The program that is asked about commits and pushes, with exactly these arguments and these variables. */
export interface HookProgram {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/** With this exit code a program refuses a commit or a push; every other one, a crash included, lets it pass. */
export const REFUSED = 3;

/** The first two lines of every script, by which a script of ours is known. */
export const MARK = '#!/bin/sh\n# Written by orc; it runs the own hook of the repository, too.\n';

/** What git runs in a repository where somebody commits, merges, rebases and pushes. */
export const COMMON_HOOKS = [
  'applypatch-msg',
  'pre-applypatch',
  'post-applypatch',
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'pre-rebase',
  'post-checkout',
  'post-merge',
  'pre-push',
  'post-rewrite',
  'pre-auto-gc',
  'sendemail-validate',
] as const;

/** Run for every change of a reference or the index, so each costs; written only where the user has one. */
export const FREQUENT_HOOKS = ['reference-transaction', 'post-index-change'] as const;

export type HookName = (typeof COMMON_HOOKS)[number] | (typeof FREQUENT_HOOKS)[number];

export interface ScriptPlace {
  /** Directory of the scripts; absolute. */
  readonly own: string;
  /** A hooks directory that was set for this worktree before ours. */
  readonly before: string | null;
}

/** One hook as a POSIX shell script, quick because it starts nothing that it need not. */
export function scriptOf(name: HookName, place: ScriptPlace, program: HookProgram): string {
  return `${MARK}${findTheirs(name, place)}${bodyOf(name, program)}`;
}

/** Any text as one word of a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Sets `orc_theirs` to the hook that git would run without orc, looked up anew each time, because hooks come and
 * go: the last setting that is not this worktree's, or the common directory. Empty when there is none.
 */
function findTheirs(name: HookName, { own, before }: ScriptPlace): string {
  return `orc_own=${quote(own)}
orc_theirs=${quote(before ?? '')}
if [ -z "$orc_theirs" ]; then
  while IFS='\t' read -r orc_scope orc_path; do
    [ -z "$orc_path" ] || [ "$orc_scope" = worktree ] || orc_theirs=$orc_path
  done <<END
$(git config --show-scope --type=path --get-all core.hooksPath 2>/dev/null)
END
fi
[ -n "$orc_theirs" ] || orc_theirs=$(git rev-parse --git-common-dir)/hooks
if [ "$orc_theirs" = "$orc_own" ]; then orc_theirs=; else orc_theirs=$orc_theirs/${name}; fi
# A hook that another program has put in the place of ours is kept there.
[ ! -x "$orc_own/kept/${name}" ] || orc_theirs=$orc_own/kept/${name}
[ -f "$orc_theirs" ] && [ -x "$orc_theirs" ] || orc_theirs=
`;
}

function bodyOf(name: HookName, program: HookProgram): string {
  if (name === 'post-commit') return postCommit(program);
  if (name === 'commit-msg')
    return `[ -z "$orc_theirs" ] || "$orc_theirs" "$@" || exit
${ask(program, `commit-msg "$1" ${BRANCH}`)}`;
  if (name === 'pre-push')
    return `orc_lines=$(cat; printf .)
orc_lines=\${orc_lines%.}
[ -z "$orc_theirs" ] || printf %s "$orc_lines" | "$orc_theirs" "$@" || exit
${ask(program, `pre-push "$1" ${BRANCH}`, 'printf %s "$orc_lines" | ')}`;
  return `[ -z "$orc_theirs" ] || exec "$orc_theirs" "$@"
exit 0
`;
}

const BRANCH = '"$(git symbolic-ref --quiet --short HEAD)"';

function commandOf({ argv, environment }: HookProgram): string {
  // The name of who runs git, before ours takes its place: a person may commit in an agent's worktree.
  const variables = ['ORC_GIT_RUN_BY="$ORC_AGENT"'].concat(
    Object.entries(environment).map(([name, value]) => `${name}=${quote(value)}`),
  );
  return `${variables.join(' ')} ${argv.map(quote).join(' ')}`;
}

/** An orc that was removed, or is being installed anew, stops nobody. */
function isThere({ argv }: HookProgram): string {
  return argv
    .filter((word) => word.startsWith('/'))
    .map((path) => `[ -e ${quote(path)} ]`)
    .join(' && ');
}

function ask(program: HookProgram, args: string, before = ''): string {
  return `${isThere(program)} || exit 0
${before}${commandOf(program)} ${args}
[ $? -ne ${REFUSED} ]
`;
}

/** What was committed is read at once, because HEAD may move; it is told in the background, so nobody waits. */
function postCommit(program: HookProgram): string {
  return `if ${isThere(program)}; then
  orc_branch=${BRANCH}
  orc_commit=$(git log -1 --no-show-signature --encoding=UTF-8 '--format=%H%n%P%n%ct%n%ae%n%s' HEAD 2>/dev/null)
  printf %s "$orc_commit" | ${commandOf(program)} post-commit "$orc_branch" >/dev/null 2>&1 &
fi
[ -z "$orc_theirs" ] || exec "$orc_theirs" "$@"
exit 0
`;
}
