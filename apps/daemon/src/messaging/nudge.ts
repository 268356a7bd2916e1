import { readScreen, type ScreenReading } from '@orc/agent-runtime';
import type { Agent } from '@orc/registry';
import type { PaneId, Tmux } from '@orc/tmux-driver';
import type { Channels } from '../channels/channels.ts';
import type { Parts } from '../parts.ts';

/** Types one short line into an agent's pane. */
export interface Nudge {
  /** `messageId` is the message that waits: the same one is not asked for again before a pause is over. */
  (agent: Agent, messageId: string): Promise<void>;
}

/**
 * Closes the question that the client asks after a weekly limit, with Escape: that chooses nothing, waits for
 * nothing and buys nothing. Only a screen that was just looked at and shows this very question is touched.
 * True when there was one.
 */
export function createLimitDialogCloser({ tmux, bus }: Pick<Parts, 'tmux' | 'bus'>) {
  return async (agent: Agent): Promise<boolean> => {
    const paneId = agent.paneId as PaneId | null;
    if (paneId === null) return false;
    const driver = await tmux();
    const screen = (await driver.capture([paneId], { escapes: true })).get(paneId) ?? '';
    if (readScreen(screen).dialog !== 'limit') return false;
    const { status } = await driver.pressKey(paneId, 'Escape');
    const about = { source: 'outbox', agent: agent.id, project: agent.project } as const;
    bus.publish('agent.dialog_closed', { dialog: 'limit', outcome: status }, about);
    return true;
  };
}

/** The hook of the submitted prompt carries the mail itself; the line only has to begin a turn. */
export const NUDGE_LINE = 'There is mail for you from your team.';
const VISIBLE_MS = 3_000;
/** After a refusal somebody else uses the pane, and a line that brought nothing is not repeated: both rest so long. */
const PAUSE_MS = 15_000;

interface LastNudge {
  readonly until: number;
  readonly messageId: string;
  readonly isSubmitted: boolean;
}

const SUBMITTED = 'submitted';

/** A line that was taken and brought its message leaves the pane free for the next one. */
export function isPaused(last: LastNudge | undefined, messageId: string, now: number): boolean {
  if (last === undefined || now >= last.until) return false;
  return !last.isSubmitted || last.messageId === messageId;
}

/** The daemon's own line without its Enter: it was killed in between, or the client did not take the key. */
export function isOwnLine({ prompt, draft }: ScreenReading): boolean {
  return prompt === 'draft' && draft?.replace(/\s+/g, ' ') === NUDGE_LINE;
}

/** Why nothing may be typed into a screen; `undefined` only for an idle one with an empty prompt. */
export function refusalToType({ dialog, isBusy, prompt, limit }: ScreenReading): string | undefined {
  if (dialog !== null) return `a ${dialog} dialog is open`;
  if (isBusy) return 'it works';
  // There a line would end the waiting that the client does by itself.
  if (limit !== undefined) return 'it waits for its usage limit to be over';
  if (prompt === 'empty') return undefined;
  return prompt === 'draft' ? 'somebody has begun to type' : 'no prompt is shown';
}

const refusedBy = (reason: string): string => `tmux refused: ${reason}`;

async function submitLeftLine(driver: Tmux, paneId: PaneId): Promise<string> {
  const pressed = await driver.pressKey(paneId, 'Enter');
  return pressed.status === 'refused' ? refusedBy(pressed.reason) : SUBMITTED;
}

/**
 * The last way to reach an agent, and the only code that types. Nothing is typed unless the screen shows an
 * empty prompt and no dialog: a draft of a person is never touched, and no dialog is answered by accident. A line
 * of its own that stands there without its Enter gets it.
 */
export function createNudge(
  { tmux, clock, registry, bus }: Pick<Parts, 'tmux' | 'clock' | 'registry' | 'bus'>,
  { typed }: Pick<Channels, 'typed'>,
): Nudge {
  const last = new Map<string, LastNudge>();
  const typing = new Set<string>();

  const type = async (agent: Agent, paneId: PaneId): Promise<string> => {
    const driver = await tmux();
    const screen = (await driver.capture([paneId], { escapes: true })).get(paneId) ?? '';
    const seen = readScreen(screen);
    if (seen.dialog !== null) {
      const value = { dialog: seen.dialog, isBusy: seen.isBusy };
      registry.recordFact({ agentId: agent.id, kind: 'screen', value, source: 'screen', at: clock.now() });
    }
    const isLeft = isOwnLine(seen);
    const refusal = refusalToType(isLeft ? { ...seen, prompt: 'empty' } : seen);
    if (refusal !== undefined) return refusal;
    if (isLeft) return submitLeftLine(driver, paneId);
    const outcome = await driver.typeLine(paneId, NUDGE_LINE, {
      isVisible: (text) => readScreen(text).prompt === 'draft',
      isSubmitted: (text) => readScreen(text).prompt !== 'draft',
      timeoutMs: VISIBLE_MS,
      entersMax: 3,
    });
    if (outcome.status !== 'refused') typed(agent, outcome.status === SUBMITTED);
    return outcome.status === 'refused' ? refusedBy(outcome.reason) : outcome.status;
  };

  return async (agent, messageId) => {
    const now = clock.now();
    const before = last.get(agent.id);
    if (agent.paneId === null || typing.has(agent.id) || isPaused(before, messageId, now)) return;
    typing.add(agent.id);
    last.set(agent.id, { until: now + PAUSE_MS, messageId, isSubmitted: false });
    try {
      const outcome = await type(agent, agent.paneId as PaneId);
      last.set(agent.id, { until: now + PAUSE_MS, messageId, isSubmitted: outcome === SUBMITTED });
      bus.publish('agent.nudged', { outcome }, { source: 'outbox', agent: agent.id, project: agent.project });
    } finally {
      typing.delete(agent.id);
    }
  };
}
