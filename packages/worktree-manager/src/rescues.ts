import { isOrcError } from '@orc/errors';
import { displayPath, lineOf, unquotePath, type Git, type PathBytes } from '@orc/git';
import { errors } from './errors.ts';
import { inspectRepository } from './repository.ts';
import { RESCUES } from './rescue.ts';
import { readMessage } from './rescue-message.ts';
import type { Rescue, ShownRescue } from './types.ts';

const PATCH_BYTES_MAX = 16 * 1024 * 1024;

export async function listRescues(git: Git, repository: string): Promise<Rescue[]> {
  const { commonDir } = await inspectRepository(git, repository);
  const rescues = await readRescues(git, commonDir, RESCUES);
  return rescues.sort((one, other) => other.at - one.at || (one.ref < other.ref ? 1 : -1));
}

/** @throws ORC_WORKTREE_UNKNOWN_RESCUE */
export async function getRescue(git: Git, directory: string, ref: string): Promise<Rescue> {
  if (!ref.startsWith(`${RESCUES}/`)) throw errors.unknownRescue(ref);
  const found = (await readRescues(git, directory, ref)).find((each) => each.ref === ref);
  if (!found) throw errors.unknownRescue(ref);
  return found;
}

export async function showRescue(git: Git, repository: string, ref: string): Promise<ShownRescue> {
  const { commonDir } = await inspectRepository(git, repository);
  const rescue = await getRescue(git, commonDir, ref);
  const changes = await listChanges(git, commonDir, rescue);
  return {
    ...rescue,
    files: changes.map(({ path }) => displayPath(path)),
    diff: await writeDiff(git, commonDir, rescue),
  };
}

export interface Change {
  readonly path: PathBytes;
  /** Mode and object before and after; `undefined` where the path is not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What a rescue changed from its base, by path. */
export async function listChanges(git: Git, directory: string, rescue: Rescue): Promise<Change[]> {
  const output = await git.run(directory, [
    ...['diff-tree', '-r', '--raw', '--no-renames', '--no-abbrev', '--no-commit-id'],
    ...(await sidesOf(git, directory, rescue)),
  ]);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [modeBefore = '', modeAfter = '', before = '', after = ''] = line.slice(1, tab).split(' ');
      return {
        path: unquotePath(line.slice(tab + 1)),
        before: modeBefore === '000000' ? undefined : `${modeBefore} ${before}`,
        after: modeAfter === '000000' ? undefined : `${modeAfter} ${after}`,
      };
    });
}

async function writeDiff(git: Git, directory: string, rescue: Rescue): Promise<string> {
  const sides = await sidesOf(git, directory, rescue);
  const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames'];
  try {
    const options = { bytesMax: PATCH_BYTES_MAX };
    return await git.run(directory, ['diff-tree', '-r', '--patch', ...plain, ...sides], options);
  } catch (error) {
    if (!isOrcError(error, 'ORC_PROCESS_TOO_MUCH_OUTPUT')) throw error;
    return git.run(directory, ['diff-tree', '-r', '--stat', ...plain, ...sides]);
  }
}

async function sidesOf(git: Git, directory: string, { base, commit }: Rescue): Promise<[string, string]> {
  if (base !== null) return [base, commit];
  return [
    lineOf(await git.run(directory, ['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' })),
    commit,
  ];
}

async function readRescues(git: Git, directory: string, pattern: string): Promise<Rescue[]> {
  const format =
    '%(refname)%00%(objecttype)%00%(objectname)%00%(committerdate:unix)%00%(subject)%00%(contents)%00';
  const output = await git.run(directory, ['for-each-ref', `--format=${format}`, '--', pattern]);
  const fields = output.split('\0');
  const rescues: Rescue[] = [];
  for (let at = 0; at + 6 <= fields.length; at += 6) {
    const [name = '', type, commit = '', seconds, subject = '', message = ''] = fields.slice(at, at + 6);
    if (type !== 'commit') continue;
    // Each record ends with a newline of its own, which begins the next field.
    const ref = name.trimStart();
    const facts = readMessage(message);
    rescues.push(
      facts
        ? { ...facts, ref, commit }
        : {
            ref,
            commit,
            ...factsOfStranger(ref, Number(seconds) * 1000, subject),
            base: await parentOf(git, directory, commit),
          },
    );
  }
  return rescues;
}

/** Somebody put a commit below orc's references by hand; it can be shown and restored as well. */
function factsOfStranger(ref: string, at: number, subject: string): Omit<Rescue, 'ref' | 'commit' | 'base'> {
  const agentId = ref.slice(RESCUES.length + 1, ref.lastIndexOf('/'));
  return { agentId, at, reason: subject, path: '', branch: null, staged: null, skipped: [] };
}

async function parentOf(git: Git, directory: string, commit: string): Promise<string | null> {
  const parent = await git.attempt(directory, ['rev-parse', '--verify', '--quiet', `${commit}^1`]);
  return parent.exitCode === 0 ? lineOf(parent.stdout) : null;
}
