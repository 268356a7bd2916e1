import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, TypedLine, TypeLineOptions } from './types.ts';

/** What typing needs to do with one pane, one step at a time. */
export interface TypingSteps {
  paste(): Promise<Delivery>;
  pressEnter(): Promise<Delivery>;
  /** `undefined` when the pane is gone. */
  look(): Promise<string | undefined>;
}

const lookEveryMs = 40;
const entersApartMs = 1_000;

/**
 * Text and Enter are never sent together: they would arrive in one read, and a program that takes a quick
 * Enter for a part of the paste would not submit. Enter follows only text that was seen.
 */
export async function typeLine(steps: TypingSteps, options: TypeLineOptions): Promise<TypedLine> {
  const { isVisible, isSubmitted, timeoutMs = 5_000, entersMax = 1 } = options;
  const pasted = await steps.paste();
  if (pasted.status === 'refused') return { ...pasted, at: 'paste' };
  const visible = await lookUntil(steps, timeoutMs, isVisible);
  if (visible === 'gone') return { status: 'refused', reason: 'gone', at: 'enter' };
  if (!visible.holds) return { status: 'not-visible', screen: visible.screen };
  for (let enters = 1; ; enters += 1) {
    const pressed = await steps.pressEnter();
    if (pressed.status === 'refused') return { ...pressed, at: 'enter' };
    const isLast = enters >= entersMax;
    const taken = await lookUntil(
      steps,
      isLast ? timeoutMs : Math.min(timeoutMs, entersApartMs),
      isSubmitted,
    );
    if (taken === 'gone') return { status: 'refused', reason: 'gone', at: 'enter' };
    if (taken.holds) return { status: 'submitted' };
    if (isLast || !isVisible(taken.screen)) return { status: 'not-submitted', screen: taken.screen };
  }
}

async function lookUntil(
  steps: TypingSteps,
  timeoutMs: number,
  holds: (screen: string) => boolean,
): Promise<{ readonly holds: boolean; readonly screen: string } | 'gone'> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const screen = await steps.look();
    if (screen === undefined) return 'gone';
    if (holds(screen)) return { holds: true, screen };
    if (performance.now() >= deadline) return { holds: false, screen };
    await sleep(lookEveryMs);
  }
}
