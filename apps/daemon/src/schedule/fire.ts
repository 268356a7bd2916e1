import { operator, type AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import {
  judgeTarget,
  type Firing,
  type Outcome,
  type Schedule,
  type TargetFacts,
  type Verdict,
} from '@orc/scheduler';
import { SYSTEM, type Parts } from '../parts.ts';

const PRIORITY = 10;
/** From here on a firing says that it comes late. */
const LATE_MS = 120_000;
const MINUTE_MS = 60_000;
const UNDELIVERED: ReadonlySet<string> = new Set(['queued', 'leased', 'injected']);

type StateOf = (agent: Agent) => AgentState;

/** Who waits for a usage limit, and until when: the keeper of limits is asked, and no word on a screen. */
export interface Limits {
  readonly isLimited: (agentId: string) => boolean;
  readonly resumesAt: (agentId: string) => number | null;
}

/** What is known of a schedule's target when it is due. */
function factsOf(
  { registry, queue }: Pick<Parts, 'registry' | 'queue'>,
  { stateOf, limits }: { readonly stateOf: StateOf; readonly limits: Limits },
  { id, target, firings }: Schedule,
): TargetFacts {
  const last = queue.find(`${id}.${firings}`);
  const hasUnread = last !== undefined && UNDELIVERED.has(last.state);
  if (target === operator) return { presence: 'present', limitedUntil: null, hasUnread };
  const agent = registry.findAgent(target);
  const about = { limitedUntil: null, hasUnread };
  if (!agent) return { ...about, presence: 'unknown' };
  if (agent.desired === 'ended') return { ...about, presence: 'ended' };
  if (agent.desired === 'stopped') return { ...about, presence: 'stopped' };
  const isLimited = limits.isLimited(target) || stateOf(agent).state === 'limited';
  return { hasUnread, presence: isLimited ? 'limited' : 'present', limitedUntil: limits.resumesAt(target) };
}

/**
 * Sends a firing as a message with the firing's id. After a crash it comes again: a message that is there is
 * not sent a second time, although its text would differ by how late it is.
 */
export function sendFiring({ queue }: Pick<Parts, 'queue'>, firing: Firing): void {
  if (queue.find(firing.id)) return;
  const { target, createdBy, id } = firing.schedule;
  queue.send({
    id: firing.id,
    sender: SYSTEM,
    recipient: target,
    kind: 'check-in',
    priority: PRIORITY,
    body: textOf(firing),
    tags: [`schedule:${id}`, `by:${createdBy}`],
  });
}

function textOf({ schedule, dueAt, lateMs, missed }: Firing): string {
  if (lateMs < LATE_MS) return schedule.note;
  const more = missed === 0 ? '' : ` It also stands for ${missed} later ${missed === 1 ? 'time' : 'times'}.`;
  return `${schedule.note}\n\n(This was due at ${new Date(dueAt).toISOString()} and comes ${Math.round(lateMs / MINUTE_MS)} minutes late.${more})`;
}

export function judgeFiring(
  parts: Pick<Parts, 'registry' | 'queue'>,
  known: { readonly stateOf: StateOf; readonly limits: Limits },
  schedule: Schedule,
): Verdict {
  return judgeTarget(schedule.target, factsOf(parts, known, schedule));
}

/** Puts what became of a firing on the bus; one that was late or missed says so, so that it can be found. */
export function publishOutcome(
  { bus }: Pick<Parts, 'bus'>,
  { firing, outcome, reason, nextAt }: Outcome,
): void {
  const { schedule, dueAt, lateMs, missed } = firing;
  const isMissed = outcome === 'fired' && missed > 0;
  bus.publish(
    isMissed ? 'schedule.caught_up' : `schedule.${NAMES[outcome]}`,
    { schedule: schedule.id, kind: schedule.kind, dueAt, lateMs, missed, nextAt, reason },
    {
      source: 'schedule',
      severity: outcome === 'failed' || outcome === 'gave-up' || isMissed ? 'warning' : 'info',
      ...(schedule.target !== operator && { agent: schedule.target }),
      ...(schedule.project !== null && { project: schedule.project }),
      ...(outcome === 'fired' && { message: firing.id }),
    },
  );
}

const NAMES: Readonly<Record<Outcome['outcome'], string>> = {
  fired: 'fired',
  skipped: 'skipped',
  retried: 'retried',
  'gave-up': 'gave_up',
  failed: 'failed',
};
