import { homedir } from 'node:os';
import { createGit, type Environment } from '@orc/git';
import { compareFacts } from './changes.ts';
import { GitMonitorConfig, type GitMonitorConfigInput } from './config.ts';
import { errors } from './errors.ts';
import type { GitChange, RepositoryFacts, WatchedRepository } from './facts.ts';
import { createMemory, look, type Looked, type LookTools, type Memory } from './look.ts';
import { createGh } from './pulls.ts';
import { scanPairs, type Radar, type RadarMemory } from './radar.ts';
import { createScratch, type Scratch } from './scratch.ts';

export interface GitMonitorDeps {
  /** Milliseconds since 1970, UTC. */
  readonly clock?: { now(): number };
  /** What git and gh see of the environment. Default: HOME, and the usual directories of programs. */
  readonly environment?: Environment;
}

/**
 * Watches repositories and changes none of them: no ref, file, index or object of a repository is written,
 * no index lock is taken, and the working directory stays.
 */
export interface GitMonitor extends Disposable {
  /**
   * One look at a repository; what did not move since the last one is not read again. `isFresh` lists files
   * anew. Looks at one repository wait for one another. @throws ORC_GIT_FAILED when it is no repository
   */
  look(watched: WatchedRepository, options?: { readonly isFresh?: boolean }): Promise<RepositoryFacts>;
  /** What the last look saw. */
  snapshot(key: string): RepositoryFacts | undefined;
  /** What the last radar saw. */
  lastRadar(key: string): Radar | undefined;
  /** Looks, then rehearses every pair of agents. @throws ORC_GIT_FAILED */
  radar(watched: WatchedRepository): Promise<Radar>;
  /** Called once for each thing that is different from the look before. */
  onChange(listener: (change: GitChange) => void): Disposable;
  /** Ends the memory of a repository that is not watched any more. */
  forget(key: string): void;
}

interface Watch {
  readonly memory: Memory;
  readonly pairs: RadarMemory;
  last?: Looked;
  lastRadar?: Radar;
  scratch?: Scratch;
  /** The end of the last look or radar; each waits for the one before. */
  turn: Promise<unknown>;
}

/** @throws ORC_GIT_BAD_CONFIG */
export function openGitMonitor(options: GitMonitorConfigInput = {}, deps: GitMonitorDeps = {}): GitMonitor {
  const tools = createTools(parseConfig(options), deps);
  const watches = new Map<string, Watch>();
  const listeners = new Set<(change: GitChange) => void>();

  const watchOf = (key: string): Watch => {
    const known = watches.get(key);
    if (known) return known;
    const made: Watch = {
      memory: createMemory(),
      pairs: { pairs: new Map(), sides: new Map() },
      turn: Promise.resolve(),
    };
    watches.set(key, made);
    return made;
  };
  const lookOnce = async (watch: Watch, watched: WatchedRepository, isFresh: boolean): Promise<Looked> => {
    const looked = await look(tools, watched, watch.memory, isFresh);
    const before = watch.last;
    watch.last = looked;
    if (before)
      for (const change of compareFacts(before.facts, looked.facts))
        for (const listener of listeners) listener(change);
    return looked;
  };

  return {
    look: (watched, { isFresh = false } = {}) => {
      const watch = watchOf(watched.key);
      return inTurn(watch, async () => (await lookOnce(watch, watched, isFresh)).facts);
    },
    snapshot: (key) => watches.get(key)?.last?.facts,
    radar: (watched) => {
      const watch = watchOf(watched.key);
      return inTurn(watch, async () => {
        const radar = await rehearseAll(tools, watch, await lookOnce(watch, watched, true));
        watch.lastRadar = radar;
        return radar;
      });
    },
    lastRadar: (key) => watches.get(key)?.lastRadar,
    onChange(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    forget(key) {
      watches.get(key)?.scratch?.[Symbol.dispose]();
      watches.delete(key);
    },
    [Symbol.dispose]: () => {
      listeners.clear();
      for (const { scratch } of watches.values()) scratch?.[Symbol.dispose]();
      watches.clear();
    },
  };
}

function createTools(config: GitMonitorConfig, deps: GitMonitorDeps): LookTools {
  const { gitPath, ghPath, gitTimeoutMs: timeoutMs } = config;
  const clock = deps.clock ?? Date;
  const environment = deps.environment ?? {
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
    HOME: homedir(),
  };
  return {
    git: createGit({ gitPath, timeoutMs, environment, failed: errors.failed }),
    gh: ghPath === null ? undefined : createGh({ ghPath, timeoutMs, environment }),
    config,
    now: () => clock.now(),
  };
}

/** Each waits for the one before, also when that failed. */
function inTurn<Value>(watch: Watch, action: () => Promise<Value>): Promise<Value> {
  const next = watch.turn.then(action);
  watch.turn = next.catch(() => undefined);
  return next;
}

function rehearseAll(
  { git, config }: LookTools,
  watch: Watch,
  { facts, statuses, commonDir }: Looked,
): Promise<Radar> {
  watch.scratch ??= createScratch(git, commonDir);
  const { commit, remoteCommit } = facts.parent;
  return scanPairs(git, watch.scratch, watch.pairs, {
    key: facts.key,
    path: facts.path,
    at: facts.at,
    parents: [commit, remoteCommit].filter((each) => each !== null),
    agents: facts.agents,
    statuses,
    untrackedMax: config.untrackedMax,
  });
}

function parseConfig(options: GitMonitorConfigInput): GitMonitorConfig {
  const parsed = GitMonitorConfig.safeParse(options);
  if (parsed.success) return parsed.data;
  throw errors.badConfig(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`),
  );
}
