import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Script, Turn } from '@orc/drill';

/** What the "model" of either client does, once, when these words are in what it is newly given. */
export interface Cue {
  readonly words: string;
  /** A command that it runs. */
  readonly command?: string;
  /** The client asks a person before it runs the command. */
  readonly isAsking?: boolean;
  /** It answers only when this file is there. */
  readonly heldBy?: string;
  /** Its request meets a usage limit that ends after so many ms. */
  readonly limitMs?: number;
  /** Which of a subscriber's windows it is; default five_hour. */
  readonly limitType?: 'five_hour' | 'seven_day';
}

const LOOK_MS = 20;
/** After a reset the client goes on by itself, this much later. */
const RESUME_MS = 80_000;

/** Plays the cues to the real client, as the API that it talks to. */
export function scriptOf(cues: readonly Cue[]): Script {
  const played = new Set<Cue>();
  let limitedUntil = 0;
  let limitType: Cue['limitType'];
  return async ({ fresh }): Promise<Turn> => {
    if (Date.now() < limitedUntil) return limit(limitedUntil, limitType);
    const cue = cues.find((each) => !played.has(each) && fresh.includes(each.words));
    if (!cue) return { text: 'Noted.' };
    played.add(cue);
    while (cue.heldBy !== undefined && !existsSync(cue.heldBy)) await sleep(LOOK_MS);
    if (cue.limitMs !== undefined) {
      limitedUntil = Date.now() + cue.limitMs;
      limitType = cue.limitType;
      return limit(limitedUntil, limitType);
    }
    if (cue.command === undefined) return { text: 'I have thought about it.' };
    return { tools: [{ name: 'Bash', input: { command: cue.command, description: 'On cue' } }] };
  };
}

/** Plays the same to a simulated agent. */
export function scenarioOf(cues: readonly Cue[]): Record<string, unknown> {
  const turns = cues
    .filter(({ limitMs }) => limitMs === undefined)
    .map(({ words, command, isAsking = false, heldBy }) => ({
      onMessage: words,
      text: 'On cue.',
      isAsking,
      ...(command !== undefined && { tools: [command] }),
      ...(heldBy !== undefined && { heldBy }),
    }));
  const faults = cues
    .filter(({ limitMs }) => limitMs !== undefined)
    .map(({ words, limitMs }) => ({
      kind: 'limit',
      onMessage: words,
      inMs: limitMs,
      resumeDelayMs: RESUME_MS,
    }));
  return { turns, faults };
}

/** What a subscriber's client is answered when a window is used up. */
function limit(until: number, type: Cue['limitType'] = 'five_hour'): Turn {
  const reset = String(Math.ceil(until / 1_000));
  const prefix = 'anthropic-ratelimit-unified';
  return {
    error: { status: 429, type: 'rate_limit_error', message: 'limit' },
    headers: {
      [`${prefix}-status`]: 'rejected',
      [`${prefix}-reset`]: reset,
      [`${prefix}-representative-claim`]: type,
      [`${prefix}-5h-utilization`]: type === 'five_hour' ? '1.0' : '0.42',
      [`${prefix}-5h-reset`]: reset,
      [`${prefix}-7d-utilization`]: type === 'seven_day' ? '1.0' : '0.42',
      [`${prefix}-7d-reset`]: reset,
    },
  };
}
