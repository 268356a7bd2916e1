import type { ScriptedTurn } from './scenario.ts';

/**
 * Takes out the answer that is to be played now: one that waited for these news, or else the next in order.
 * One that waits stays until its text comes, and is played once.
 */
export function takeTurn(script: ScriptedTurn[], news: string): ScriptedTurn | undefined {
  const waited = script.findIndex(({ onMessage }) => onMessage !== undefined && news.includes(onMessage));
  const index = waited >= 0 ? waited : script.findIndex(({ onMessage }) => onMessage === undefined);
  return index < 0 ? undefined : script.splice(index, 1)[0];
}
