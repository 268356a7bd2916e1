import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScreen, type ScreenReading } from '@orc/agent-runtime';
import { expect, it } from 'vitest';
import { isOwnLine, isPaused, NUDGE_LINE, refusalToType } from './nudge.ts';

const SCREENS = join(import.meta.dirname, '../../../../packages/agent-runtime/fixtures/screens');
const screens = new Map(
  readdirSync(SCREENS).map((name) => [
    name.replace(/\.txt$/, ''),
    readScreen(readFileSync(join(SCREENS, name), 'utf8')),
  ]),
);
const refusalOf = (name: string) => {
  const screen = screens.get(name);
  if (!screen) throw new Error(`there is no screen ${name}`);
  return refusalToType(screen);
};

it.each([
  ['permission-bash', 'a permission dialog is open'],
  ['bypass-dialog', 'a bypass dialog is open'],
  ['api-key-dialog', 'a api-key dialog is open'],
  ['narrow-44-trust', 'a trust dialog is open'],
  ['subscriber-429-weekly', /dialog is open/],
  ['busy-tool-running', 'it works'],
  ['compacting', 'it works'],
  ['multiline-draft', 'somebody has begun to type'],
  ['rewake-with-half-typed-input', 'somebody has begun to type'],
  ['bash-mode', 'somebody has begun to type'],
  ['slash-menu', 'somebody has begun to type'],
  ['subscriber-429-unified-rejected', 'it waits for its usage limit to be over'],
  ['no-network-onboarding', 'no prompt is shown'],
])('types nothing into %s', (name, why) => {
  expect(refusalOf(name)).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
});

it.each(['idle-after-turn', 'idle-bypass', 'idle-manual-mode', 'narrow-34-idle', 'after-compact'])(
  'may type into %s',
  (name) => {
    expect(refusalOf(name)).toBeUndefined();
  },
);

it('never types into a recorded screen that is not an idle one with an empty prompt', () => {
  for (const [name, screen] of screens) {
    const isIdle = !screen.isBusy && screen.dialog === null && screen.limit === undefined;
    const isFree = isIdle && screen.prompt === 'empty';
    expect([name, refusalToType(screen) === undefined]).toEqual([name, isFree]);
  }
});

it('leaves a pane alone after a refusal, and asks for the same message only once in a while', () => {
  const refused = { until: 100, messageId: 'm1', isSubmitted: false };
  expect([isPaused(refused, 'm2', 99), isPaused(refused, 'm2', 100)]).toEqual([true, false]);
  const taken = { ...refused, isSubmitted: true };
  expect([isPaused(taken, 'm1', 99), isPaused(taken, 'm2', 99)]).toEqual([true, false]);
  expect(isPaused(undefined, 'm1', 0)).toBe(false);
});

it.each([
  [NUDGE_LINE, true],
  [NUDGE_LINE.replace('for you', 'for\nyou'), true],
  [`${NUDGE_LINE} And`, false],
  ['', false],
])('takes %j for its own line: %s', (draft, isOwn) => {
  const screen: ScreenReading = { prompt: 'draft', draft, isBusy: false, dialog: null, notices: [] };
  expect(isOwnLine(screen)).toBe(isOwn);
});
