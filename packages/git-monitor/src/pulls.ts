import { describeError } from '@orc/errors';
import { run } from '@orc/process';
import { z } from 'zod';
import type { PullRequest, Pulls } from './facts.ts';

const instant = z.string().transform((text) => Date.parse(text));

const Listed = z.array(
  z.object({
    number: z.int(),
    title: z.string(),
    url: z.string(),
    state: z.enum(['OPEN', 'MERGED', 'CLOSED']),
    isDraft: z.boolean(),
    headRefName: z.string(),
    baseRefName: z.string(),
    createdAt: instant,
    mergedAt: instant.nullable(),
  }),
);

const FIELDS = 'number,title,url,state,isDraft,headRefName,baseRefName,createdAt,mergedAt';

export interface Gh {
  (
    directory: string,
    args: readonly string[],
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
}

/** Runs GitHub's program; one that is not there answers as one that fails. */
export function createGh(options: {
  readonly ghPath: string;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Gh {
  const env = { ...options.environment, GH_PROMPT_DISABLED: '1', NO_COLOR: '1', GH_NO_UPDATE_NOTIFIER: '1' };
  return async (directory, args) => {
    try {
      return await run(options.ghPath, args, { cwd: directory, env, timeoutMs: options.timeoutMs });
    } catch (error) {
      return { exitCode: null, stdout: '', stderr: describeError(error) };
    }
  };
}

/** The newest 100 pull requests in any state. That nobody could be asked is an answer. */
export async function readPulls(
  gh: Gh,
  directory: string,
  now: number,
  filter: readonly string[] = [],
): Promise<Pulls> {
  const { exitCode, stdout, stderr } = await gh(directory, [
    'pr',
    'list',
    '--state',
    'all',
    '--limit',
    '100',
    '--json',
    FIELDS,
    ...filter,
  ]);
  if (exitCode !== 0) return { status: 'unknown', why: firstLine(stderr) };
  const parsed = Listed.safeParse(parseJson(stdout));
  if (!parsed.success) return { status: 'unknown', why: 'gh answered something that is not understood' };
  const pulls = parsed.data.map(({ state, headRefName, baseRefName, ...rest }): PullRequest => ({
    ...rest,
    state: state === 'OPEN' ? 'open' : state === 'MERGED' ? 'merged' : 'closed',
    head: headRefName,
    base: baseRefName,
  }));
  return { status: 'known', at: now, pulls };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] || 'gh gave no reason';
}

/** The newest pull request of a branch. */
export function pullOf(pulls: Pulls, branch: string | null): PullRequest | null | 'unknown' {
  if (pulls.status === 'unknown') return 'unknown';
  const own = pulls.pulls.filter(({ head }) => head === branch);
  return own.sort((one, other) => other.createdAt - one.createdAt)[0] ?? null;
}
