import { z } from 'zod';
import { featureOf } from './branch-name.ts';
import type { AgentFacts } from './facts.ts';

const role = z.string().min(1);
const minutes = z.int().min(1).max(1_440);

const Lane = z.strictObject({
  from: role,
  to: role,
  targetMinutes: minutes.describe('From the commit until the receiver has it.'),
  merge: z.boolean().default(true).describe('False only measures, and tells.'),
  tell: z.array(role).default([]).describe('Roles that are told of each commit, besides the receiver.'),
});

const LaneMode = z.strictObject({
  name: role,
  needs: z.array(role).default([]).describe('Roles that a team must have for this mode.'),
  lanes: z.array(Lane).default([]),
  cycleMinutes: minutes
    .nullable()
    .default(null)
    .describe('How often the project manager is told what waits for an integration.'),
});

export type Lane = z.output<typeof Lane>;
export type LaneMode = z.output<typeof LaneMode>;

const both = (one: string, other: string): z.input<typeof Lane>[] => [
  { from: one, to: other, targetMinutes: 30, tell: ['project-manager'] },
  { from: other, to: one, targetMinutes: 30, tell: ['project-manager'] },
];

/** The three modes of the fast lanes, in the order in which they are looked at (F-01 to F-03). */
const MODES: z.input<typeof LaneMode>[] = [
  {
    name: 'developer-tester',
    needs: ['developer', 'tester'],
    lanes: [
      { from: 'developer', to: 'tester', targetMinutes: 5, tell: ['testrunner'] },
      { from: 'tester', to: 'testrunner', targetMinutes: 3, tell: ['project-manager'] },
      { from: 'developer', to: 'testrunner', targetMinutes: 8, merge: false },
    ],
  },
  {
    name: 'security-operations',
    needs: ['sysadmin', 'securityops'],
    lanes: both('sysadmin', 'securityops'),
    cycleMinutes: 30,
  },
  {
    name: 'network-operations',
    needs: ['devops', 'networkops'],
    lanes: both('devops', 'networkops'),
    cycleMinutes: 30,
  },
  { name: 'hub', needs: ['project-manager'], cycleMinutes: 15 },
];

export const FastLanesConfig = z.strictObject({
  enabled: z.boolean().default(true).describe('False, or DISABLE_FAST_LANE: true, closes every lane.'),
  sweepMinutes: minutes
    .default(10)
    .describe('How often all lanes are looked at, whether or not a commit was heard of.'),
  modes: z.array(LaneMode).prefault(MODES).describe('Who takes over from whom, and how soon.'),
});

export type FastLanesConfig = z.output<typeof FastLanesConfig>;

/** What holds for a team: every lane whose both ends it has, and the first cycle. */
export function lanesOf(
  modes: readonly LaneMode[],
  roles: ReadonlySet<string>,
): { lanes: readonly Lane[]; cycleMinutes: number | null; modes: readonly string[] } {
  const active = modes.filter(({ needs }) => needs.every((each) => roles.has(each)));
  return {
    modes: active.map(({ name }) => name),
    lanes: active.flatMap(({ lanes }) => lanes.filter(({ from, to }) => roles.has(from) && roles.has(to))),
    cycleMinutes: active.find(({ cycleMinutes }) => cycleMinutes !== null)?.cycleMinutes ?? null,
  };
}

export interface LaneSituation {
  readonly lane: Lane;
  readonly from: AgentFacts;
  readonly to: AgentFacts;
  /** The receiver's branch holds the sender's newest commit. */
  readonly isContained: boolean;
  /** `free`: idle, or not running. `busy`: in a turn, whatever it does there. */
  readonly receiver: 'free' | 'busy';
  /** What merging would come to; `undefined` while nobody needs to know. */
  readonly rehearsal: 'clean' | 'conflict' | 'unknown' | undefined;
  /** Since the commit. */
  readonly waitedMs: number;
}

export type LaneVerdict =
  /** Nothing to take over. */
  | { readonly action: 'none' }
  | { readonly action: 'skip' | 'wait' | 'merge' | 'hand-over' | 'escalate'; readonly why: string };

/**
 * What happens to a commit that a lane leads to somebody. Orc merges only into a clean worktree of an agent
 * that is in no turn; whoever stays busy past the target is asked to merge by itself.
 */
export function judgeLane(situation: LaneSituation): LaneVerdict {
  const { lane, from, to, isContained, receiver, rehearsal, waitedMs } = situation;
  if (from.head === null || (from.ahead ?? 0) === 0 || isContained) return { action: 'none' };
  if (!lane.merge) return { action: 'wait', why: 'this lane is only measured' };
  if (to.isMissing || to.branch === null) return { action: 'skip', why: `${to.owner} is on no branch` };
  const other = differentFeature(from, to);
  if (other !== null) return { action: 'skip', why: other };
  if (rehearsal === 'conflict') return { action: 'escalate', why: 'the branches are in conflict' };
  if (rehearsal === 'unknown') return { action: 'escalate', why: 'git cannot merge the branches' };
  const obstacle = obstacleOf(to, receiver);
  if (obstacle === null) return { action: 'merge', why: `${to.owner} is free, and its worktree is clean` };
  const isLate = waitedMs >= lane.targetMinutes * 60_000;
  return { action: isLate ? 'hand-over' : 'wait', why: obstacle };
}

function obstacleOf(to: AgentFacts, receiver: LaneSituation['receiver']): string | null {
  if (to.operation !== null || to.isIndexLocked)
    return `${to.owner} is in the middle of a ${to.operation ?? 'commit'}`;
  if (to.dirtyFiles.length + to.untrackedFiles.length > 0)
    return `${to.owner} has files that are not committed`;
  return receiver === 'busy' ? `${to.owner} is at work` : null;
}

/** A receiver that has no commits of its own on the branch that orc made is free for any feature (F-04). */
function differentFeature(from: AgentFacts, to: AgentFacts): string | null {
  const [one, other] = [featureOf(from.branch, from.naming), featureOf(to.branch, to.naming)];
  if (one === other || (other === null && to.ownCommits.length === 0)) return null;
  return `${from.owner} works on ${one ?? 'no feature yet'}, ${to.owner} on ${other ?? 'no feature yet'}`;
}
