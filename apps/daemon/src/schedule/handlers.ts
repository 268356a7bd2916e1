import { agentIdOf, operator, type ScheduleView } from '@orc/contracts';
import type { Schedule, Timing } from '@orc/scheduler';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';

const MINUTE_MS = 60_000;

export type ScheduleNames = 'schedules' | 'addSchedule' | 'cancelSchedule';

/** Calls about what is to happen when. */
export function createScheduleHandlers(
  parts: Parts,
  targets: Targets,
  zone: string,
): HandlersOf<ScheduleNames> {
  const { registry, scheduler } = parts;

  /** Who is told when nobody is named: an agent itself, and for a person the one that coordinates the team. */
  const ownTarget = (caller: Caller, project: string | undefined): string => {
    if (caller.type === 'agent') return caller.name;
    const { slug, hub } = registry.getProject(targets.projectOf(caller, project));
    return agentIdOf(slug, hub);
  };

  return {
    schedules: ({ caller, query }) => {
      const isAll = caller.type === 'operator' && query.project === undefined;
      const project = isAll ? undefined : targets.projectOf(caller, query.project);
      const state = query.all === true ? undefined : 'active';
      return { schedules: scheduler.list({ project, state }).map(viewOf) };
    },
    addSchedule: async ({ caller, body }) => {
      const target =
        body.target === undefined
          ? ownTarget(caller, body.project)
          : await targets.resolve(body.target, caller, body.project);
      if (target !== operator) await requireWindow(parts, target);
      const schedule = scheduler.add({
        target,
        note: body.note,
        createdBy: caller.name,
        project: target === operator ? null : targets.agent(target).project,
        timing: readTiming(body, zone),
      });
      return { schedule: viewOf(schedule), firedBy: { pid: process.pid } };
    },
    cancelSchedule: ({ caller, params }) => {
      const known = scheduler.find(params.id);
      const mayCancel =
        caller.type === 'operator' ||
        known === undefined ||
        known.createdBy === caller.name ||
        isHub(parts, caller, known);
      if (!mayCancel) throw errors.forbidden('remove what somebody else has scheduled');
      return viewOf(scheduler.cancel(params.id, `removed by ${caller.name}`));
    },
  };
}

/** The one that coordinates a team may remove whatever is scheduled in it. */
function isHub({ registry }: Pick<Parts, 'registry'>, caller: Caller, { project }: Schedule): boolean {
  if (caller.type !== 'agent' || project !== caller.project) return false;
  return caller.name === agentIdOf(project, registry.getProject(project).hub);
}

/** A schedule for a window that is not there would tell nobody. @throws ORC_DAEMON_AGENT_NOT_RUNNING */
async function requireWindow({ registry, panes }: Parts, agentId: string): Promise<void> {
  const { paneId } = registry.getAgent(agentId);
  const isThere = paneId !== null && (await panes()).some((pane) => pane.paneId === paneId && !pane.isDead);
  if (!isThere) throw errors.agentNotRunning(agentId);
}

interface Asked {
  readonly when?: string | undefined;
  readonly inMs?: number | undefined;
  readonly isRepeated: boolean;
  readonly zone?: string | undefined;
}

/** Minutes are a whole number; everything else is a cron expression. @throws ORC_DAEMON_BAD_REQUEST */
function readTiming({ when, inMs, isRepeated, zone }: Asked, zoneDefault: string): Timing {
  if (inMs !== undefined) return { inMs };
  if (when === undefined) throw errors.badRequest(['say when: minutes, or a cron expression']);
  if (/^\d{1,6}$/.test(when)) {
    const ms = Number(when) * MINUTE_MS;
    return isRepeated ? { everyMs: ms } : { inMs: ms };
  }
  return { cron: when, zone: zone ?? zoneDefault };
}

function viewOf(schedule: Schedule): ScheduleView {
  const { id, project, target, note, createdBy, kind, everyMs, cron, zone, state, reason } = schedule;
  const { nextAt, firings, missed, lastFiredAt, lastSkippedAt, skipReason, createdAt } = schedule;
  return {
    ...{ id, project, target, note, createdBy, kind, everyMs, cron, zone, state, reason },
    ...{ nextAt, firings, missed, lastFiredAt, lastSkippedAt, skipReason, createdAt },
  };
}
