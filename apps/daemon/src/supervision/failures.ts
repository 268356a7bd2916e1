import { newId } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import { decideFailureCourse } from '@orc/supervisor';
import { noticeId, type Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';

/** An agent whose requests fail, from the first failure until the model has answered again. */
interface Episode {
  readonly error: string;
  /** When it failed first, and last. */
  readonly since: number;
  readonly lastAt: number;
  readonly failures: number;
  /** When it is asked to go on; asked again after as long, until it fails again or answers. */
  readonly retryAt: number;
  readonly delayMs: number;
  readonly resolvedAt: number | null;
}

export interface Failures {
  /** A turn has ended in an error of the API. A second witness of the same failure changes nothing. */
  onFailure(agent: Agent, failure: { readonly error: string; readonly at: number }): void;
  /** The model has answered, so whatever was wrong is over. */
  onAnswer(agent: Agent, at: number): void;
  /** Asks an agent to go on at once; false when nothing keeps it from that. */
  goOn(agent: Agent): boolean;
  /** Asks those to go on whose time has come, and frees the mail that waits for the end of no failure. */
  run(): void;
}

interface Deps {
  readonly notices: Notices;
  /** Begins a turn of an agent whose last one has failed, and which nobody takes for idle. */
  readonly wakeStuck: (agentId: string) => void;
  /** Whoever watches over the account's usage; it decides what follows from `rate_limit`. */
  readonly onLimit: (agent: Agent, at: number) => void;
}

const EPISODE = 'failure.episode';
const PARK_REASON = 'its requests to the model fail';
const PRIORITY = 100;
const UNDELIVERED = ['queued', 'leased', 'injected'] as const;
// The hook and the transcript tell of the same failure, one a moment after the other.
const SAME_FAILURE_MS = 10_000;

/**
 * What follows when an agent's turn ends in an error. What passes by itself is tried again, later each time;
 * what somebody must repair is told to them once, and tried again now and then. Meanwhile mail is parked, so
 * that it cannot run into the same wall. The episode is kept as a fact, and outlives the daemon. It is kept
 * last: what a daemon is killed in the middle of, it does again when it hears of the same failure or answer.
 */
export function createFailures(parts: Parts, deps: Deps): Failures {
  const { registry, clock, bus, config } = parts;
  const episodes = createEpisodes(parts, deps.wakeStuck);
  const { find, keep, park, unpark, listParked, ask } = episodes;
  const about = ({ id, project }: Agent) => ({ source: 'supervision', agent: id, project }) as const;

  return {
    onFailure(agent, { error, at }) {
      const before = find(agent.id);
      const open = before?.resolvedAt === null ? before : undefined;
      const isKnown = before !== undefined && at < Math.max(before.lastAt, before.resolvedAt ?? 0) + 1;
      const isSame = open?.error === error && Math.abs(at - open.lastAt) < SAME_FAILURE_MS;
      // A transcript that is read again tells of failures that were over long ago.
      const isOver = registry.facts(agent.id).some(({ kind, at: when }) => kind === 'usage' && when > at);
      if (isKnown || isSame || isOver || agent.desired !== 'running') return;
      const failuresBefore = open?.failures ?? 0;
      const course = decideFailureCourse({
        error,
        failuresBefore,
        now: clock.now(),
        policy: config.supervision.failures,
      });
      if (course.course === 'limit') return deps.onLimit(agent, at);
      const { retryAt } = course;
      const since = open?.since ?? at;
      const failures = failuresBefore + 1;
      const delayMs = retryAt - clock.now();
      const id = noticeId('failing', agent.id, String(since), String(failures));
      park(agent.id, error);
      if (course.mustTell) {
        const remedy =
          course.course === 'person'
            ? `To repair it, ${course.remedy}; then: orc agent continue ${agent.id}`
            : 'It is asked to go on again and again; nothing has to be done unless it lasts.';
        const text = `The requests of ${agent.id} to its model fail (${error}). ${remedy}`;
        deps.notices.critical(agent, text, { id });
      }
      const data = { error, failures, retryAt };
      bus.publish('agent.failing', data, { id, ...about(agent), severity: 'warning' });
      keep(agent.id, { error, since, lastAt: at, failures, retryAt, delayMs, resolvedAt: null });
    },
    onAnswer(agent, at) {
      const episode = find(agent.id);
      if (episode?.resolvedAt !== null || at <= episode.lastAt) return;
      unpark(agent.id);
      keep(agent.id, { ...episode, resolvedAt: at });
      const { error, failures, since } = episode;
      bus.publish('agent.recovered', { error, failures, afterMs: at - since }, about(agent));
    },
    goOn(agent) {
      const episode = find(agent.id);
      if (episode?.resolvedAt !== null) return false;
      ask(agent, episode);
      return true;
    },
    run() {
      const parked = listParked();
      for (const agent of registry.listAgents()) {
        if (agent.desired !== 'running') continue;
        const episode = find(agent.id);
        const isOpen = episode?.resolvedAt === null;
        if (isOpen && episode.retryAt <= clock.now()) ask(agent, episode);
        else if (!isOpen && parked.has(agent.id)) unpark(agent.id);
      }
    },
  };
}

/** Where episodes are kept, and the two things that are done during one: waiting, and trying again. */
function createEpisodes(
  { registry, queue, clock }: Pick<Parts, 'registry' | 'queue' | 'clock'>,
  wakeStuck: Deps['wakeStuck'],
) {
  const keep = (agentId: string, episode: Episode): void =>
    void registry.recordFact({ agentId, kind: EPISODE, value: episode, source: 'process', at: clock.now() });

  /** Whose mail waits for the end of a failure. */
  const listParked = (): ReadonlySet<string> => {
    const own = queue.parked().filter(({ reason }) => reason.startsWith(PARK_REASON));
    return new Set(own.map(({ recipient }) => recipient));
  };

  const unpark = (agentId: string): void => {
    if (listParked().has(agentId)) queue.unpark(agentId);
  };

  return {
    ...{ keep, unpark, listParked },
    find: (agentId: string): Episode | undefined =>
      registry.facts(agentId).find(({ kind }) => kind === EPISODE)?.value as Episode | undefined,
    park: (agentId: string, error: string): void => {
      // Another reason to park, such as a limit, is left to whoever knows when it ends.
      if (!queue.parked().some(({ recipient }) => recipient === agentId))
        queue.park(agentId, { reason: `${PARK_REASON} (${error})` });
    },
    ask: (agent: Agent, episode: Episode): void => {
      unpark(agent.id);
      keep(agent.id, { ...episode, retryAt: clock.now() + episode.delayMs });
      // What stands in the conversation already goes out again with whatever begins the next turn.
      const waiting = queue.list({ recipient: agent.id, kind: 'continue', state: UNDELIVERED });
      if (waiting.length === 0)
        queue.send({
          id: newId('m'),
          sender: SYSTEM,
          recipient: agent.id,
          kind: 'continue',
          priority: PRIORITY,
          body: `Your last turn ended in an error of the API (${episode.error}). If you were in the middle of something, go on there; what you were told before still holds.`,
        });
      wakeStuck(agent.id);
    },
  };
}
