import type { Agent } from '@orc/registry';
import type { Channels } from '../channels/channels.ts';
import type { Parts } from '../parts.ts';
import type { Mailbox } from './mailbox.ts';
import type { Nudge } from './nudge.ts';
import type { Waiters } from './waiters.ts';

export interface StateReader {
  (agent: Agent): { readonly state: string; readonly since: number | null };
}

/** A waiter of a session that has just become idle needs this long to arrive; before that nothing is typed. */
const BUSY_WAITER_MS = 10_000;

/** In place of a message: an agent that is stuck is typed at whether mail waits or not. */
const STUCK = 'stuck';

/**
 * Wakes agents that have mail. It is asked from either edge, when mail arrives and when an agent becomes
 * idle, and by a sweep, so that a missed edge costs one sweep and not a message.
 *
 * A working agent is left alone: its next hook takes the mail. An idle one is woken through its waiter,
 * without a keystroke; only where there is none is a line typed, and only into an empty prompt.
 */
export function createWaker(
  { queue, registry, clock, config, log }: Pick<Parts, 'queue' | 'registry' | 'clock' | 'config' | 'log'>,
  {
    mailbox,
    waiters,
    nudge,
    channels,
    stateOf,
  }: { mailbox: Mailbox; waiters: Waiters; nudge: Nudge; channels: Channels; stateOf: StateReader },
) {
  const mayWait = (agent: Agent) => waiters.has(agent.id) && channels.mayCarry(agent, 'waiter');

  /** False when no mail is waiting. */
  const giveToWaiter = (agent: Agent): boolean => {
    const text = mailbox.take(agent.id, 'waiter');
    if (text === '') return false;
    waiters.give(agent.id, text);
    channels.carried(agent, 'waiter');
    return true;
  };

  const wake = (agent: Agent): void => {
    if (agent.desired !== 'running') return;
    if (queue.nextFor(agent.id) === undefined) return;
    const [next] = queue.list({ recipient: agent.id, state: 'queued', order: 'delivery', limit: 1 });
    if (!next) return;
    // Nothing may come before the briefing, which is on its way as the first prompt.
    const isBriefed = !queue
      .list({ recipient: agent.id, state: 'injected' })
      .some(({ channel, step }) => channel === 'launch' && step === 'printed');
    if (!isBriefed) return;
    const { state, since } = stateOf(agent);
    const now = clock.now();
    const waited = now - next.createdAt;
    const isWakeable = state === 'idle' || (state === 'working' && waited > BUSY_WAITER_MS);
    if (isWakeable && mayWait(agent)) return void giveToWaiter(agent);
    const idleMs = state === 'idle' && since !== null ? now - since : 0;
    if (state === 'idle' && Math.min(waited, idleMs) >= config.delivery.nudgeAfterMs)
      nudge(agent, next.id).catch((error: unknown) =>
        log.warn({ err: error, agent: agent.id }, 'a nudge failed'),
      );
  };
  return {
    /** Begins a turn of an agent that cannot be told from a blocked one; the nudge looks before it types. */
    wakeStuck: (agentId: string): void => {
      const agent = registry.findAgent(agentId);
      if (agent?.desired !== 'running') return;
      if (mayWait(agent) && giveToWaiter(agent)) return;
      nudge(agent, STUCK).catch((error: unknown) =>
        log.warn({ err: error, agent: agentId }, 'a nudge failed'),
      );
    },
    wakeOne: (agentId: string): void => {
      const agent = registry.findAgent(agentId);
      if (agent) wake(agent);
    },
    wakeAll: (): void => {
      for (const agent of registry.listAgents()) wake(agent);
    },
  };
}
