import type { TranscriptFact } from '@orc/agent-runtime';
import type { HookFact } from '@orc/claude-hooks';
import { signals, type CreditSignal } from '@orc/credit-monitor';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';
import type { Governor } from './governor.ts';

/** Takes from what is seen of agents whatever says something about their usage. */
export function createCreditListener(
  {
    registry,
    clock,
    config,
    bus,
  }: Pick<Parts, 'registry' | 'clock' | 'bus'> & {
    readonly config: Pick<Parts['config'], 'credits' | 'agents'>;
  },
  governor: Governor,
) {
  const context = {
    // Where a notice names no zone, it is in that of the machine, or the one that agents were given.
    zone: config.agents.environment['TZ'] ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    windows: config.credits.windows,
  };
  const observe = (agent: Agent, signal: CreditSignal | undefined): void => {
    if (signal) governor.observe(agent, signal);
  };
  return {
    fromTranscript: (agentId: string, fact: TranscriptFact): void => {
      const agent = registry.findAgent(agentId);
      if (!agent) return;
      if (fact.type === 'usage') governor.answered(agentId, fact);
      if (fact.type !== 'limit') return;
      // A conversation that was taken up again tells of limits that were over before it was.
      const isPast = fact.at < (agent.launchedAt ?? 0) && (fact.resetsAt ?? 0) <= clock.now();
      if (!isPast) observe(agent, signals.signalOfRecord(fact, context));
    },
    fromHook: (agent: Agent, { kind, at, data }: HookFact): void => {
      if (data.subagentId !== null) return;
      if (kind === 'prompt.submitted') governor.begun(agent.id, at);
      else if (kind === 'turn.failed')
        observe(agent, signals.signalOfFailure({ at, error: data.error, text: data.lastMessage }, context));
      else if (kind === 'notified' && data.type?.startsWith('quota_auto_resume') === true) {
        const about = { source: 'credits', agent: agent.id, project: agent.project } as const;
        const goesOn = data.type === 'quota_auto_resume_fired';
        bus.publish(
          goesOn ? 'credits.client_went_on' : 'credits.client_gave_up',
          { message: data.message },
          about,
        );
        if (goesOn) governor.wentOn(agent.id, at);
      }
    },
    fromStatusLine: (agent: Agent, rateLimits: unknown): void => {
      for (const signal of signals.signalsOfStatusLine(rateLimits, clock.now())) observe(agent, signal);
    },
    fromScreen: (agent: Agent, text: string): void => {
      observe(agent, signals.signalOfScreen({ at: clock.now(), text }, context));
    },
  };
}
