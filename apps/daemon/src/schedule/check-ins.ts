import { parseAgentId } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { ScheduleInput } from '@orc/scheduler';
import type { Catalogue } from '@orc/team-planner';
import { SYSTEM, type Parts } from '../parts.ts';
import type { ScheduleConfig, StandingSchedule } from './config.ts';

const MINUTE_MS = 60_000;
/** Of a role that the catalogue does not know, such as a temporary agent's (Z-19). */
const OTHER_MINUTES = 45;
const CHECK_IN = 'check-in:';
const STANDING = 'standing:';

/** What an agent is told at a check-in; the hub looks at the team, everybody else at their own work. */
function noteFor(agent: Agent, project: Project): string {
  return agent.role === project.hub
    ? 'Check-in: look at "orc status" and "orc task list". Who is blocked, who waits for somebody, which task has nobody? Answer what is owed, and give work to whoever has none.'
    : `Check-in: how far is your task, what comes next, what is in the way? If anything is in the way or no longer true, tell ${project.hub} in one message; otherwise go on.`;
}

/** `developer-2` is the second agent of the role `developer`. */
function baseRole(agentId: string): string {
  return parseAgentId(agentId).role.replace(/-\d+$/, '');
}

/** Minutes between the check-ins of a role in a team of this plan: configuration first, then the catalogue. */
export function checkInMinutes(
  { checkInMinutes: byRole, planMinutesMin }: Pick<ScheduleConfig, 'checkInMinutes' | 'planMinutesMin'>,
  { roles, plans }: Pick<Catalogue, 'roles' | 'plans'>,
  { role, plan }: { readonly role: string; readonly plan: string },
): number {
  const own = byRole[role];
  if (own !== undefined) return own;
  const usual = roles.find(({ id }) => id === role)?.checkInMinutes ?? OTHER_MINUTES;
  const least = planMinutesMin[plan] ?? plans.find(({ id }) => id === plan)?.checkInMinutesMin ?? 0;
  return Math.max(usual, least);
}

export interface CheckInOptions {
  /** Zone of cron expressions that name none. */
  readonly zone: string;
  /** How much longer than usual the time between check-ins of an agent is now; see `credits.slowCheckIns`. */
  readonly factorOf: (agent: Agent) => number;
}

/**
 * Keeps a check-in for every agent that is to run, whatever its role says on top of it, and none for the
 * others. Repeating changes nothing; a refused one is reported and does not hold up the next.
 */
export function createCheckIns(
  { registry, scheduler, config, log }: Pick<Parts, 'registry' | 'scheduler' | 'config' | 'log'>,
  catalogue: Pick<Catalogue, 'roles' | 'plans'>,
  { zone, factorOf }: CheckInOptions,
) {
  const { schedule } = config;

  const standingFor = (agent: Agent): (ScheduleInput & { key: string })[] =>
    schedule.standing
      .map((entry, index) => ({ entry, index }))
      .filter(({ entry }) => entry.role === baseRole(agent.id))
      .map(({ entry, index }) => ({
        key: `${STANDING}${agent.id}:${index}`,
        project: agent.project,
        target: agent.id,
        note: entry.note,
        createdBy: SYSTEM,
        timing: timingOf(entry, zone),
      }));

  const checkInFor = (agent: Agent, project: Project): ScheduleInput & { key: string } => ({
    key: `${CHECK_IN}${agent.id}`,
    project: agent.project,
    target: agent.id,
    note: noteFor(agent, project),
    createdBy: SYSTEM,
    timing: {
      everyMs:
        MINUTE_MS *
        factorOf(agent) *
        checkInMinutes(schedule, catalogue, { role: baseRole(agent.id), plan: project.plan }),
    },
  });

  return (): void => {
    const wanted = registry
      .listProjects()
      .filter(({ status }) => status === 'active' || status === 'setting-up')
      .flatMap((project) =>
        registry
          .listAgents({ project: project.slug })
          .filter(({ desired }) => desired === 'running')
          .flatMap((agent) => [
            ...(schedule.checkIns ? [checkInFor(agent, project)] : []),
            ...standingFor(agent),
          ]),
      );
    for (const input of wanted) {
      try {
        scheduler.ensure(input);
      } catch (error) {
        log.error({ err: error, agent: input.target }, 'a check-in could not be scheduled');
      }
    }
    const keys = new Set(wanted.map(({ key }) => key));
    for (const keyPrefix of [CHECK_IN, STANDING])
      for (const { id, key } of scheduler.list({ state: 'active', keyPrefix }))
        if (key !== null && !keys.has(key)) scheduler.cancel(id, 'the agent is not to run');
  };
}

function timingOf(
  { everyMinutes, cron, zone }: StandingSchedule,
  zoneDefault: string,
): ScheduleInput['timing'] {
  return everyMinutes === undefined
    ? { cron: cron ?? '', zone: zone ?? zoneDefault }
    : { everyMs: everyMinutes * MINUTE_MS };
}
