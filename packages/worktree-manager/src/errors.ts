import { OrcError } from '@orc/errors';

export const errors = {
  badConfig: (problems: readonly string[]) =>
    new OrcError(
      'ORC_WORKTREE_BAD_CONFIG',
      `These settings of the worktrees cannot be used: ${problems.join('; ')}. Correct them.`,
      { problems },
    ),
  badName: (what: string, name: string) =>
    new OrcError(
      'ORC_WORKTREE_BAD_NAME',
      `"${name}" cannot be the name of a ${what}. Use letters, digits, dots and hyphens, and begin with a letter or digit.`,
      { what, name },
    ),
  badBranch: (branch: string) =>
    new OrcError(
      'ORC_WORKTREE_BAD_BRANCH',
      `"${branch}" cannot be the name of a branch. Choose another branch prefix for this role.`,
      { branch },
    ),
  notARepository: (path: string, why: string) =>
    new OrcError(
      'ORC_WORKTREE_NOT_A_REPOSITORY',
      `${path} is not a git repository that can be used: ${why}. Name a directory inside one, or run "git init" there.`,
      { path, why },
    ),
  noCommits: (path: string) =>
    new OrcError(
      'ORC_WORKTREE_NO_COMMITS',
      `The repository ${path} has no commit yet, and a worktree needs one to start from. Commit something there first.`,
      { path },
    ),
  unknownParent: (parent: string, repository: string) =>
    new OrcError(
      'ORC_WORKTREE_UNKNOWN_PARENT',
      `The repository ${repository} has no branch or commit "${parent}" to start from. Name one of "git branch --all".`,
      { parent, repository },
    ),
  directoryTaken: (path: string, why: string) =>
    new OrcError(
      'ORC_WORKTREE_DIRECTORY_TAKEN',
      `A worktree should be made at ${path}, but ${why}. Nothing was touched; move it away, then try again.`,
      { path, why },
    ),
  cannotCreate: (path: string, attempts: readonly string[]) =>
    new OrcError(
      'ORC_WORKTREE_CANNOT_CREATE',
      `No worktree could be made at ${path}: ${attempts.join('; ')}. Solve what git says, then try again.`,
      { path, attempts },
    ),
  busy: (repository: string, holder: string) =>
    new OrcError(
      'ORC_WORKTREE_BUSY',
      `${holder} is changing worktrees of ${repository} and did not finish. Nothing was changed; try again when it has ended.`,
      { repository, holder },
    ),
  unpushed: (path: string, branch: string, count: number) =>
    new OrcError(
      'ORC_WORKTREE_UNPUSHED',
      `${path} was kept: ${count} commits of ${branch} are in no remote and in no other branch. Push them, or use force; the branch stays either way.`,
      { path, branch, count },
    ),
  gitFailed: (directory: string, args: readonly string[], exitCode: number | null, stderr: string) =>
    new OrcError(
      'ORC_WORKTREE_GIT_FAILED',
      `"git ${args.join(' ')}" failed in ${directory}: ${stderr.trim() || `exit code ${exitCode}`}. Solve what git says, then try again.`,
      { directory, args, exitCode, stderr },
    ),
  notOurs: (path: string) =>
    new OrcError(
      'ORC_WORKTREE_NOT_OURS',
      `${path} is no worktree that orc made, so orc does not remove it. Use "git worktree remove" yourself.`,
      { path },
    ),
  inUse: (path: string, processes: readonly { pid: number; name: string }[]) =>
    new OrcError(
      'ORC_WORKTREE_IN_USE',
      `${path} is in use by ${processes.map(({ pid, name }) => `${name} (pid ${pid})`).join(', ')}. End that first; force does not change this.`,
      { path, processes },
    ),
  locked: (path: string, why: string) =>
    new OrcError(
      'ORC_WORKTREE_LOCKED',
      `The worktree ${path} is locked${why === '' ? '' : ` (${why})`}. Unlock it with "git worktree unlock", or force the removal.`,
      { path, why },
    ),
  unmerged: (branch: string, commits: number) =>
    new OrcError(
      'ORC_WORKTREE_UNMERGED',
      `${commits} commit(s) of the branch ${branch} are on no other branch, tag or remote. Merge or push them, keep the branch, or force its removal.`,
      { branch, commits },
    ),
  notAllKept: (path: string, skipped: readonly { path: string; why: string }[]) =>
    new OrcError(
      'ORC_WORKTREE_NOT_ALL_KEPT',
      `${skipped.length} file(s) of ${path} could not be kept, "${skipped[0]?.path ?? ''}" for one: ${skipped[0]?.why ?? ''}. The worktree stays; make them readable, or force the removal.`,
      { path, skipped },
    ),
  unknownRescue: (ref: string) =>
    new OrcError(
      'ORC_WORKTREE_UNKNOWN_RESCUE',
      `There is no rescue "${ref}" in this repository. "orc rescue list" shows the ones there are.`,
      { ref },
    ),
  wouldOverwrite: (path: string, files: readonly string[], canForce: boolean) =>
    new OrcError(
      'ORC_WORKTREE_WOULD_OVERWRITE',
      `Restoring into ${path} would replace work of its own in ${files.join(', ')}. Nothing was changed; ${canForce ? 'commit or move that, or force it' : 'a directory is never replaced by a file: move it away'}.`,
      { path, files, canForce },
    ),
} as const;
