import { stat } from 'node:fs/promises';
import { findCommit, type Git } from '@orc/git';
import { nameBranch } from './branch-name.ts';
import type { GitMonitorConfig } from './config.ts';
import type {
  AgentFacts,
  Commit,
  ParentFacts,
  Pulls,
  RepositoryFacts,
  WatchedAgent,
  WatchedRepository,
} from './facts.ts';
import { divideShared, findShared, readLine, readMade, type Line } from './own-commits.ts';
import { pullOf, readPulls, type Gh } from './pulls.ts';
import { scanRepository, type Scan, type ScanMemory } from './scan.ts';
import { displayAll, readIndexStamp, readWorktree, type WorktreeStatus } from './worktree-status.ts';

/** What is remembered of one repository between two looks, so that what did not move costs nothing. */
export interface Memory {
  readonly scan: ScanMemory;
  readonly lines: Map<string, { readonly key: string; readonly line: Line }>;
  readonly made: Map<string, { readonly head: string; readonly shas: ReadonlySet<string> }>;
  readonly statuses: Map<string, CachedStatus>;
  readonly unsaved: Map<string, Unsaved>;
  pulls?: { readonly askedAt: number; readonly answer: Pulls };
}

interface CachedStatus {
  readonly key: string;
  readonly readAt: number;
  readonly status: WorktreeStatus | undefined;
}

/** Since when an agent has had unsaved work on one commit, and when there was none last. */
interface Unsaved {
  readonly head: string | null;
  readonly since: number | null;
  readonly cleanAt: number | null;
}

export interface LookTools {
  readonly git: Git;
  readonly gh: Gh | undefined;
  readonly config: GitMonitorConfig;
  readonly now: () => number;
}

export interface Looked {
  readonly facts: RepositoryFacts;
  readonly statuses: ReadonlyMap<string, WorktreeStatus>;
  readonly commonDir: string;
}

export function createMemory(): Memory {
  return { scan: {}, lines: new Map(), made: new Map(), statuses: new Map(), unsaved: new Map() };
}

/** One round: refs and worktrees in two commands, then only what has moved. */
export async function look(
  tools: LookTools,
  watched: WatchedRepository,
  memory: Memory,
  isFresh: boolean,
): Promise<Looked> {
  const { git, now } = tools;
  const at = now();
  const scan = await scanRepository(git, watched.path, memory.scan);
  const [parent, pulls, heads] = await Promise.all([
    readParent(git, watched, scan),
    askPulls(tools, watched, scan, memory, at),
    readHeads(tools, watched, scan, memory, isFresh),
  ]);
  const lines = await readLines(git, { scan, parent, heads, memory });
  const own = await ownCommits(git, heads, lines, memory);
  const statuses = new Map<string, WorktreeStatus>();
  const agents = heads.map((head): AgentFacts => {
    const { agent, status } = head;
    if (status) statuses.set(agent.owner, status);
    const commits = own.get(agent.owner) ?? [];
    return factsOf({
      ...head,
      commits,
      line: lines.get(agent.owner),
      parentName: watched.parent,
      pulls,
      uncommittedSince: rememberUnsaved(memory, head, commits[0], at),
    });
  });
  const { branches, remote, commonDir } = scan;
  const facts = { key: watched.key, path: watched.path, at, parent, remote, branches, agents, pulls };
  return { facts, statuses, commonDir };
}

interface HeadOf {
  readonly agent: WatchedAgent;
  readonly branch: string | null;
  readonly head: string | null;
  readonly status: WorktreeStatus | undefined;
  /** When the worktree was made. */
  readonly bornAt: number;
}

/** Branch, commit and unsaved files of every agent; files are listed again only when they may have changed. */
function readHeads(
  { git, config, now }: LookTools,
  watched: WatchedRepository,
  scan: Scan,
  { statuses }: Memory,
  isFresh: boolean,
): Promise<HeadOf[]> {
  return Promise.all(
    watched.agents.map(async (agent): Promise<HeadOf> => {
      const registration = scan.worktrees.find(({ path }) => path === agent.path);
      const link = await stat(`${agent.path}/.git`).catch(() => undefined);
      if (!registration || !link) return { agent, branch: null, head: null, status: undefined, bornAt: 0 };
      const { branch, head } = registration;
      const key = `${head}\0${await readIndexStamp(agent.path)}`;
      const known = statuses.get(agent.owner);
      const isCurrent = known?.key === key && now() - known.readAt < config.statusEveryMs;
      const cached =
        isCurrent && !isFresh && known
          ? known
          : { key, readAt: now(), status: await readWorktree(git, agent.path) };
      statuses.set(agent.owner, cached);
      return { agent, branch, head, status: cached.status, bornAt: Math.floor(link.mtimeMs) };
    }),
  );
}

async function readParent(git: Git, watched: WatchedRepository, scan: Scan): Promise<ParentFacts> {
  const name = watched.parent;
  const local = scan.refs.get(`refs/heads/${name}`) ?? (await findCommit(git, watched.path, name));
  const remote = scan.remote === null ? undefined : scan.refs.get(`refs/remotes/${scan.remote}/${name}`);
  return { name, commit: local ?? null, remoteCommit: remote ?? null };
}

async function askPulls(
  { gh, config }: LookTools,
  watched: WatchedRepository,
  { remote }: Scan,
  memory: Memory,
  at: number,
): Promise<Pulls> {
  if (!gh) return { status: 'unknown', why: 'gh is switched off in the configuration' };
  if (remote === null) return { status: 'unknown', why: 'the repository has no remote' };
  if (memory.pulls && at - memory.pulls.askedAt < config.pullsEveryMs) return memory.pulls.answer;
  memory.pulls = { askedAt: at, answer: await readPulls(gh, watched.path, at) };
  return memory.pulls.answer;
}

interface LinesInput {
  readonly scan: Scan;
  readonly parent: ParentFacts;
  readonly heads: readonly HeadOf[];
  readonly memory: Memory;
}

async function readLines(git: Git, { scan, parent, heads, memory }: LinesInput): Promise<Map<string, Line>> {
  const parents = [...new Set([parent.commit, parent.remoteCommit])].filter((each) => each !== null);
  const hasRemote = scan.remote !== null;
  const pushed = hasRemote
    ? [...scan.refs].filter(([name]) => name.startsWith('refs/remotes/')).map(([, commit]) => commit)
    : [];
  const remotes = pushed.sort().join(' ');
  const lines = new Map<string, Line>();
  await Promise.all(
    heads.map(async ({ agent, branch, head }) => {
      if (head === null) return;
      const key = [branch, head, ...parents, hasRemote, remotes].join('\0');
      const known = memory.lines.get(agent.owner);
      const line =
        known?.key === key
          ? known.line
          : await readLine(git, { path: agent.path, branch, head, parents, hasRemote });
      memory.lines.set(agent.owner, { key, line });
      lines.set(agent.owner, line);
    }),
  );
  return lines;
}

/** The log of a HEAD is read only where two agents have the same commit. */
async function ownCommits(
  git: Git,
  heads: readonly HeadOf[],
  lines: ReadonlyMap<string, Line>,
  memory: Memory,
): Promise<Map<string, readonly Commit[]>> {
  const all = new Map([...lines].map(([owner, { commits }]) => [owner, commits]));
  const sharing = new Set([...findShared(all).values()].flat());
  const made = new Map<string, ReadonlySet<string>>();
  for (const { agent, head } of heads) {
    if (head === null || !sharing.has(agent.owner)) continue;
    const known = memory.made.get(agent.owner);
    const shas = known?.head === head ? known.shas : await readMade(git, agent.path);
    memory.made.set(agent.owner, { head, shas });
    made.set(agent.owner, shas);
  }
  return divideShared(all, made);
}

/**
 * The first change after the last commit. What was seen is better than what files say of themselves: a file
 * that is saved again and again is as old as its last save, and a copied one may be older than the agent.
 */
function rememberUnsaved(
  { unsaved }: Memory,
  { agent, head, status, bornAt }: HeadOf,
  lastCommit: Commit | undefined,
  at: number,
): number | null {
  const known = unsaved.get(agent.owner);
  if (!status || status.dirty.length + status.untracked.length === 0) {
    unsaved.set(agent.owner, { head, since: null, cleanAt: at });
    return null;
  }
  if (known?.head === head && known.since !== null) return known.since;
  const earliest = Math.max(bornAt, lastCommit?.at ?? 0, known?.cleanAt ?? 0);
  const since = Math.min(at, Math.max(earliest, status.oldestChangeAt ?? at));
  unsaved.set(agent.owner, { head, since, cleanAt: known?.cleanAt ?? null });
  return since;
}

function factsOf(input: {
  readonly agent: WatchedAgent;
  readonly branch: string | null;
  readonly head: string | null;
  readonly status: WorktreeStatus | undefined;
  readonly commits: readonly Commit[];
  readonly line: Line | undefined;
  readonly parentName: string;
  readonly pulls: Pulls;
  readonly uncommittedSince: number | null;
}): AgentFacts {
  const { agent, branch, head, status, commits, line, pulls } = input;
  const unpushed = line?.unpushed ?? null;
  const waiting = unpushed === null ? [] : commits.filter(({ sha }) => unpushed.has(sha));
  return {
    owner: agent.owner,
    role: agent.role,
    path: agent.path,
    isMissing: status === undefined,
    branch,
    head,
    naming: nameBranch(branch, agent, input.parentName),
    startedFromParent: line?.startedFromParent ?? null,
    branchPrefix: agent.branchPrefix,
    ownCommits: commits,
    dirtyFiles: displayAll(status?.dirty ?? []),
    untrackedFiles: displayAll(status?.untracked ?? []),
    uncommittedSince: input.uncommittedSince,
    unpushed: unpushed === null ? null : { count: waiting.length, oldestAt: waiting.at(-1)?.at ?? null },
    behind: line?.behind ?? null,
    ahead: line?.ahead ?? null,
    operation: status?.operation ?? null,
    isIndexLocked: status?.isIndexLocked ?? false,
    pull: branch === null ? null : pullOf(pulls, branch),
  };
}
