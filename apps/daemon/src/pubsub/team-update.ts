import type { AgentState } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import { fillTemplate } from '@orc/routing';
import type { Parts } from '../parts.ts';

type UpdateParts = Pick<Parts, 'registry' | 'board' | 'queue' | 'pubsub' | 'scheduler' | 'clock'>;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const WELL: ReadonlySet<string> = new Set(['working', 'idle', 'starting', 'limited']);

/** How a team stands, in the form of a team update (P-11), from what the daemon knows and nobody has to ask. */
export function composeTeamUpdate(
  parts: UpdateParts,
  project: Project,
  {
    stateOf,
    startedAt,
    next,
  }: {
    readonly stateOf: (agent: Agent) => AgentState;
    readonly startedAt: number;
    /** The next checkpoint in somebody's own words. */
    readonly next?: string | undefined;
  },
): string {
  const now = parts.clock.now();
  const agents = parts.registry
    .listAgents({ project: project.slug })
    .filter(({ desired }) => desired === 'running')
    .map((agent) => ({ id: agent.id, state: stateOf(agent).state }));
  const well = agents.filter(({ state }) => WELL.has(state));
  const waiting = parts.queue.counts(`${project.slug}/`).byState.queued;
  return fillTemplate(
    'team-update',
    {},
    {
      'Active Agents': `${well.length} of ${agents.length} (verified by the monitoring daemon)`,
      'Recent Issues': issuesOf(parts, project, { agents, now }),
      'Daemon Health': `up ${minutesOf(now - startedAt)}, ${waiting} messages wait`,
      'Team Velocity': velocityOf(parts, project, now),
      'Next Checkpoint': next ?? checkpointOf(parts, project, now),
    },
  );
}

function issuesOf(
  { board, pubsub }: UpdateParts,
  { slug }: Project,
  {
    agents,
    now,
  }: { readonly agents: readonly { readonly id: string; readonly state: string }[]; readonly now: number },
): string {
  const unwell = agents.filter(({ state }) => !WELL.has(state)).map(({ id, state }) => `${id} ${state}`);
  const { blocked, failed } = board.counts(slug);
  const told = pubsub.read({ project: slug, group: 'management', since: now - HOUR_MS });
  const crashes = told.filter(({ tags }) => tags.includes('recovery') && !tags.includes('status')).length;
  const idle = told.filter(({ tags }) => tags.includes('idle')).length;
  const counted = [
    { count: crashes, what: 'crashes within an hour' },
    { count: idle, what: 'idle with work within an hour' },
    { count: blocked, what: 'tasks blocked' },
    { count: failed, what: 'tasks failed' },
  ].flatMap(({ count, what }) => (count === 0 ? [] : [`${count} ${what}`]));
  const all = [...unwell, ...counted];
  return all.length === 0 ? 'none' : all.join('; ');
}

function velocityOf({ board }: UpdateParts, { slug }: Project, now: number): string {
  const tasks = board.list({ project: slug });
  const done = tasks.filter(({ outcome }) => outcome === 'done');
  const lately = done.filter(({ outcomeAt }) => (outcomeAt ?? 0) > now - HOUR_MS);
  return `${done.length} of ${tasks.length} tasks done, ${lately.length} within an hour`;
}

function checkpointOf({ scheduler }: UpdateParts, { slug }: Project, now: number): string {
  const [next] = scheduler.list({ project: slug }).filter(({ nextAt }) => nextAt !== null && nextAt > now);
  return typeof next?.nextAt === 'number' ? `in ${minutesOf(next.nextAt - now)}` : 'not scheduled';
}

function minutesOf(ms: number): string {
  return `${Math.max(1, Math.round(ms / MINUTE_MS))} min`;
}
