import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Agent } from '@orc/registry';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import type { Targets } from './targets.ts';
import type { HookDesk } from './hooks.ts';
import type { Waiters } from './waiters.ts';

interface StatusLine {
  readonly context_window?: {
    readonly used_percentage?: number | null;
    readonly context_window_size?: number;
  };
  readonly rate_limits?: unknown;
}

/** The calls that come from inside an agent's client: hooks, the waiter, the status line. */
export function createClientHandlers(
  { queue, registry, clock }: Pick<Parts, 'queue' | 'registry' | 'clock'>,
  {
    desk,
    waiters,
    targets,
    onRateLimits,
  }: {
    desk: HookDesk;
    waiters: Waiters;
    targets: Targets;
    onRateLimits: (agent: Agent, rateLimits: unknown) => void;
  },
): HandlersOf<'hooks' | 'wait' | 'statusLine'> {
  const agentOf = (caller: Caller) => {
    if (caller.type !== 'agent') throw errors.unauthorized();
    return targets.agent(caller.name);
  };
  return {
    hooks: async ({ caller, body, headers, signal }) => {
      await untilHangUpsAreKnown();
      const pid = Number(headers['x-orc-client-pid']);
      return desk.answer({
        agent: agentOf(caller),
        text: String(body),
        clientPid: Number.isInteger(pid) && pid > 0 ? pid : null,
        at: clock.now(),
        signal,
      });
    },
    wait: async ({ caller, signal }) => {
      const agent = agentOf(caller);
      await untilHangUpsAreKnown();
      if (signal.aborted) return '';
      const end = await waiters.wait(agent.id, signal);
      if (end.type === 'replaced') throw errors.replaced(agent.id);
      return end.type === 'mail' ? end.text : '';
    },
    statusLine: ({ caller, body }) => {
      const agent = agentOf(caller);
      const line = readStatusLine(String(body));
      const percent = line.context_window?.used_percentage;
      if (typeof percent === 'number')
        registry.recordFact({
          agentId: agent.id,
          kind: 'context.used',
          value: { percent, windowTokens: line.context_window?.context_window_size ?? null },
          source: 'status-line',
          at: clock.now(),
        });
      if (line.rate_limits !== undefined) onRateLimits(agent, line.rate_limits);
      const unread = queue.pendingCount(agent.id);
      return `${agent.id}${unread === 0 ? '' : ` · ${unread} waiting`}`;
    },
  };
}

/**
 * Of a caller that asked and hung up while this process was busy, the question is read in one turn of the event loop
 * and the end in the next. Mail that is handed to it in between is lost until its evidence is overdue.
 */
async function untilHangUpsAreKnown(): Promise<void> {
  await nextTurn(); // the end of this one
  await nextTurn(); // all of the next
}

function readStatusLine(text: string): StatusLine {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
