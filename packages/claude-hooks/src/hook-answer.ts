import { factsOf, type HookFact } from './hook-facts.ts';
import type { HookInput, ParsedHook } from './hook-input.ts';
import { renderMessages, type MailMessage, type RenderOptions } from './message-text.ts';
import { cut, plainText } from './plain-text.ts';

/** The events whose answer reaches the model; the name is recorded as the channel of a delivery. */
export type HookChannel = 'PostToolUse' | 'PostToolUseFailure' | 'UserPromptSubmit' | 'SessionStart' | 'Stop';

export interface HookContext extends RenderOptions {
  readonly clientPid: number | null;
  /** How often in a row this agent's end of turn was put off; the last answer's `stopDrains`, first 0. */
  readonly stopDrains: number;
  /** What a compaction must not lose; told to whoever writes the summary. */
  readonly survive?: string | undefined;
  /** What the agent is told when its context was compacted, cleared or resumed; stands before the mail. */
  readonly rebrief?: string | undefined;
  /** The client replaces longer texts by a path and a preview from 10,000 on. Default 9500. */
  readonly charactersMax?: number;
  /** A line that shows whether the channel works; printed only where there is nothing else to say. */
  readonly canary?: string | undefined;
  /** After that many continuations in a row a turn may end; the rest of the mail wakes the agent anew. Default 3. */
  readonly stopDrainsMax?: number;
}

export interface HookAnswer {
  /** The JSON to print, null when there is none. */
  readonly answer: object | null;
  /** Exactly what goes to stdout: the JSON, plain text where the event takes that, or nothing. */
  readonly print: string;
  /** The messages that `print` holds, in order. */
  readonly delivered: string[];
  readonly channel: HookChannel | null;
  readonly facts: HookFact[];
  /** To be given back with the next event of this agent. */
  readonly stopDrains: number;
}

const STOP_DRAINS_MAX = 3;
const CHARACTERS_MAX = 9_500;
/** Room that a message by its path needs; with less left, the mail waits for the next event. */
const MESSAGE_CHARACTERS_MIN = 1_000;

const CHANNELS: ReadonlySet<string> = new Set<HookChannel>([
  'PostToolUse',
  'PostToolUseFailure',
  'UserPromptSubmit',
  'SessionStart',
  'Stop',
]);

/** Whether the answer to this event can hold mail; ask it before leasing any. */
export function findChannel(
  input: ParsedHook,
  { stopDrains, stopDrainsMax = STOP_DRAINS_MAX }: Pick<HookContext, 'stopDrains' | 'stopDrainsMax'>,
): HookChannel | undefined {
  if (input.event === 'invalid' || input.event === 'unknown' || input.subagentId !== null) return undefined;
  if (input.event === 'Stop' && drainsBefore(input, stopDrains) >= stopDrainsMax) return undefined;
  return CHANNELS.has(input.event) ? (input.event as HookChannel) : undefined;
}

/**
 * What to print for an event, and what it tells about the agent. `mailbox` holds the messages that are leased
 * to this call, first come first; those that are not in `delivered` are to be given back.
 */
export function answerHook({
  input,
  mailbox,
  context,
}: {
  readonly input: ParsedHook;
  readonly mailbox: readonly MailMessage[];
  readonly context: HookContext;
}): HookAnswer {
  const silent = { answer: null, print: '', delivered: [], channel: null, facts: [] };
  if (input.event === 'invalid' || input.event === 'unknown')
    return { ...silent, stopDrains: context.stopDrains };
  const channel = findChannel(input, context);
  const mail = channel === undefined ? undefined : renderMail(input, mailbox, context);
  const isTurnContinued = channel === 'Stop' && mail !== undefined;
  const facts = factsOf(input, { ...context, isTurnContinued });
  const stopDrains = drainsAfter(input, context.stopDrains, isTurnContinued);
  if (channel !== undefined && mail !== undefined) {
    const answer = { hookSpecificOutput: { hookEventName: channel, additionalContext: mail.text } };
    const print = JSON.stringify(answer);
    return { answer, print, delivered: mail.included, channel, facts, stopDrains };
  }
  return { ...silent, print: textForSummary(input, context), facts, stopDrains };
}

function renderMail(
  input: HookInput,
  mailbox: readonly MailMessage[],
  context: HookContext,
): { text: string; included: string[] } | undefined {
  const { charactersMax = CHARACTERS_MAX } = context;
  const rebrief = textAfterRestart(input, context, charactersMax);
  if (rebrief === '') {
    if (mailbox.length > 0) return renderMessages(mailbox, { ...context, charactersMax });
    return context.canary ? { text: context.canary, included: [] } : undefined;
  }
  const room = charactersMax - rebrief.length - 2;
  if (mailbox.length === 0 || room < MESSAGE_CHARACTERS_MIN) return { text: rebrief, included: [] };
  const mail = renderMessages(mailbox, { ...context, charactersMax: room });
  return { text: `${rebrief}\n\n${mail.text}`, included: mail.included };
}

const SOURCES_WITH_REBRIEF = new Set(['compact', 'clear', 'resume']);

function textAfterRestart(input: HookInput, context: HookContext, charactersMax: number): string {
  if (input.event !== 'SessionStart' || !SOURCES_WITH_REBRIEF.has(input.source ?? '')) return '';
  return cut(plainText(context.rebrief ?? ''), charactersMax);
}

// PreCompact is the one event whose plain output is read: as instructions for the summary.
function textForSummary(input: HookInput, context: HookContext): string {
  if (input.event !== 'PreCompact' || input.subagentId !== null) return '';
  return cut(plainText(context.survive ?? ''), context.charactersMax ?? CHARACTERS_MAX);
}

/** A turn that nobody put off yet starts from 0, whatever was counted before it. */
function drainsBefore(input: HookInput & { event: 'Stop' }, stopDrains: number): number {
  return input.isContinuation ? Math.max(1, stopDrains) : 0;
}

function drainsAfter(input: HookInput, stopDrains: number, isTurnContinued: boolean): number {
  if (input.subagentId !== null) return stopDrains;
  if (input.event === 'SessionStart' || input.event === 'StopFailure') return 0;
  if (input.event !== 'Stop') return stopDrains;
  return isTurnContinued ? drainsBefore(input, stopDrains) + 1 : 0;
}
