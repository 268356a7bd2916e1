import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { lineOf, type Git } from '@orc/git';
import { findIdentity, isRunning } from '@orc/process';
import { z } from 'zod';
import { errors } from './errors.ts';

const REF = 'refs/orc/locks/worktrees';
const POLL_MS = 15;
/** A holder elsewhere cannot be looked at. It may be a container that is gone, whose name never comes again. */
const ELSEWHERE_MS_MAX = 3_600_000;

const Holder = z.object({
  pid: z.int(),
  startedAtTicks: z.string().nullable(),
  host: z.string(),
  /** When it was asked for, in ms since 1970. */
  at: z.number(),
});

/** The claims of actions that run in this process. */
const own = new Set<string>();

/**
 * Runs one action at a time per repository, over all processes that use it. The lock is a reference, so
 * taking it, and taking it over from a process that died, is git's own compare-and-swap: of two that find
 * a dead holder only one gets it.
 *
 * @throws ORC_WORKTREE_BUSY when a living holder keeps it longer than `waitMs`, or one on another machine, for an hour
 */
export async function withLock<Result>(
  { git, commonDir, waitMs }: { git: Git; commonDir: string; waitMs: number },
  action: () => Promise<Result>,
): Promise<Result> {
  const identity = findIdentity(process.pid) ?? { pid: process.pid, startedAtTicks: null };
  const claim = JSON.stringify({ ...identity, host: hostname(), at: Date.now(), nonce: randomUUID() });
  const object = lineOf(await git.run(commonDir, ['hash-object', '-w', '--stdin'], { input: claim }));
  own.add(object);
  try {
    await take(git, { commonDir, waitMs, object });
    try {
      return await action();
    } finally {
      // One that cannot be given back is nobody's from here on, and is taken over by whoever comes next.
      await git.attempt(commonDir, ['update-ref', '-d', REF, object]);
    }
  } finally {
    own.delete(object);
  }
}

async function take(
  git: Git,
  { commonDir, waitMs, object }: { commonDir: string; waitMs: number; object: string },
): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const held = await findHolder(git, commonDir);
    if (held === undefined || held.isDead) {
      // An empty old value means: only when it does not exist.
      const swap = await git.attempt(commonDir, ['update-ref', REF, object, held?.object ?? '']);
      if (swap.exitCode === 0) return;
      // Somebody else was faster, or git says why not: seen at the next look, or when the time is over.
    }
    if (performance.now() > deadline) throw errors.busy(commonDir, held?.name ?? 'another git process');
    await pause(POLL_MS);
  }
}

async function findHolder(
  git: Git,
  commonDir: string,
): Promise<{ object: string; isDead: boolean; name: string } | undefined> {
  const { exitCode, stdout } = await git.attempt(commonDir, ['rev-parse', '--verify', '--quiet', REF]);
  if (exitCode !== 0) return undefined;
  const object = lineOf(stdout);
  const text = await git.attempt(commonDir, ['cat-file', 'blob', object]);
  const holder = Holder.safeParse(parseJson(text.stdout));
  // What cannot be read was written by no orc and is never released by one.
  if (!holder.success) return { object, isDead: true, name: 'an unknown process' };
  const { host, at, ...identity } = holder.data;
  const isGivenUp = isSelf(identity) && !own.has(object);
  return {
    object,
    isDead: host === hostname() ? isGivenUp || !isRunning(identity) : Date.now() - at > ELSEWHERE_MS_MAX,
    name: `process ${identity.pid} on ${host}`,
  };
}

function isSelf({ pid, startedAtTicks }: Pick<z.infer<typeof Holder>, 'pid' | 'startedAtTicks'>): boolean {
  return pid === process.pid && (findIdentity(pid)?.startedAtTicks ?? null) === startedAtTicks;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
