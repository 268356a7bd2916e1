import {
  answerHook,
  findChannel,
  goesOnAfterLimit,
  parseHookInput,
  type HookFact,
  type ParsedHook,
} from '@orc/claude-hooks';
import type { Agent } from '@orc/registry';
import type { Channels } from '../channels/channels.ts';
import type { Parts } from '../parts.ts';
import { safely } from '../system/safely.ts';
import type { Evidence } from './evidence.ts';
import type { Mailbox } from './mailbox.ts';

export interface HookCall {
  readonly agent: Agent;
  /** Standard input of the hook, as the client wrote it. */
  readonly text: string;
  readonly clientPid: number | null;
  readonly at: number;
  /** Aborted when the hook has hung up. */
  readonly signal: AbortSignal;
}

/** What a compacted agent must not forget, and what it is told when its context was emptied. */
export interface ContextTexts {
  readonly survivalNotes: (agent: Agent) => string;
  /** Queues the agent's part, ahead of all other mail, so that the very same answer carries it. */
  readonly rebrief: (agent: Agent, reason: 'compaction' | 'clear' | 'resume') => Promise<unknown>;
  /** A compaction begins: the last moment at which the agent still knows everything. */
  readonly onCompaction: (agent: Agent) => void;
  /** The client goes on by itself after a usage limit: the answer must not tell it to as well. */
  readonly onGoesOn: (agent: Agent, at: number) => void;
}

interface Desk {
  readonly mailbox: Mailbox;
  readonly channels: Pick<Channels, 'mayCarry' | 'canaryFor' | 'carried'>;
  readonly evidence: Pick<Evidence, 'poll'>;
}

export type NewBeginning = Extract<ParsedHook, { readonly event: 'SessionStart' }>;

/** A running client has emptied, changed or compacted its conversation. */
export function beginsAnew(input: ParsedHook): input is NewBeginning {
  return input.event === 'SessionStart' && input.source !== 'startup' && input.subagentId === null;
}

export interface HookDesk {
  /** What the hook prints: nothing, mail as the event's JSON, or notes for a summary. */
  answer(call: HookCall): Promise<string>;
  /**
   * Queues again what the client's last conversation left unanswered, and tells the agent its part. `at` is
   * when it began another one: what was put into that since is left alone. Default: it begins right now.
   */
  readonly begunAnew: (agent: Agent, input: NewBeginning, at?: number) => Promise<void>;
}

/** More than any conversation holds without an answer. */
const IN_CONVERSATION_MAX = 10_000;

/**
 * Answers one run of a hook: notes what it saw, and puts waiting mail into its answer. Mail counts as
 * injected when it is in the answer; if the hook dies with it, no evidence comes and it is sent again.
 */
export function createHookDesk(
  { log, config, queue }: Pick<Parts, 'log' | 'config' | 'queue'>,
  { mailbox, channels, evidence }: Desk,
  texts: ContextTexts,
  onFacts: (agent: Agent, facts: readonly HookFact[]) => void,
): HookDesk {
  const stopDrains = new Map<string, number>();
  // Mail counts as injected by then: an answer that is kept back now would cost it a delivery.
  const note = safely(log, 'what follows from a hook', onFacts);
  /** The client has left its conversation, and what was put into that and not answered will never be. */
  const takeBackUnseen = (agent: Agent, source: string | null, at: number): void => {
    // What it answered at the very end stays seen.
    evidence.poll(agent.id);
    const left = queue
      .list({ recipient: agent.id, state: 'injected', limit: IN_CONVERSATION_MAX })
      .filter(({ injectedAt }) => (injectedAt ?? 0) <= at)
      .map(({ id }) => id);
    queue.requeueUnseen(agent.id, `its client began another conversation (${source ?? 'unknown'})`, left);
  };
  const begunAnew: HookDesk['begunAnew'] = async (agent, input, at = Infinity) => {
    // What a compaction kept is known exactly, from the transcript.
    if (input.source !== 'compact') takeBackUnseen(agent, input.source, at);
    await texts.rebrief(agent, reasonOf(input.source));
  };
  return {
    begunAnew,
    async answer({ agent, text, clientPid, at, signal }) {
      const input = parseHookInput(text);
      if (input.event === 'invalid') {
        log.warn({ agent: agent.id, problem: input.error.message }, 'a hook sent what is no hook input');
        return '';
      }
      const before = {
        stopDrains: stopDrains.get(agent.id) ?? 0,
        stopDrainsMax: config.delivery.stopDrainsMax,
      };
      // The briefing is on its way as the first prompt; a task must not come before it.
      const isLaunch = input.event === 'SessionStart' && input.source === 'startup';
      if (beginsAnew(input)) await begunAnew(agent, input);
      if (input.event === 'PreCompact') texts.onCompaction(agent);
      if (goesOnAfterLimit(input)) texts.onGoesOn(agent, at);
      const channel = findChannel(input, before);
      // A hook that ran out of time while this was put together prints nothing any more.
      const carriesMail =
        !signal.aborted && !isLaunch && channel !== undefined && channels.mayCarry(agent, channel);
      using delivery = mailbox.open(agent.id, carriesMail);
      const answered = answerHook({
        input,
        mailbox: delivery.messages,
        context: {
          ...before,
          at,
          clientPid,
          spill: delivery.spill,
          // With mail there is no need for one: the mail itself shows whether it arrives.
          ...(channel !== undefined &&
            delivery.messages.length === 0 && { canary: channels.canaryFor(agent, channel) }),
          ...(input.event === 'PreCompact' && { survive: texts.survivalNotes(agent) }),
        },
      });
      delivery.close(answered.delivered, answered.channel ?? input.event);
      if (answered.delivered.length > 0 && channel !== undefined) channels.carried(agent, channel);
      stopDrains.set(agent.id, answered.stopDrains);
      note(agent, answered.facts);
      return answered.print;
    },
  };
}

function reasonOf(source: string | null): 'compaction' | 'clear' | 'resume' {
  if (source === 'compact') return 'compaction';
  return source === 'clear' ? 'clear' : 'resume';
}
