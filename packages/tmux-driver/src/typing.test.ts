import { expect, test } from 'vitest';
import type { Delivery } from './types.ts';
import { typeLine, type TypingSteps } from './typing.ts';

const sent: Delivery = { status: 'sent' };
const options = {
  isVisible: (screen: string) => screen.includes('> text'),
  isSubmitted: (screen: string) => screen.includes('taken'),
  timeoutMs: 100,
};

/** Shows one screen after the other, and then the last one for ever. */
function createSteps(
  screens: (string | undefined)[],
  answers: Partial<Record<'paste' | 'enter', Delivery>> = {},
) {
  const done: string[] = [];
  const steps: TypingSteps = {
    paste: async () => (done.push('paste'), answers.paste ?? sent),
    pressEnter: async () => (done.push('enter'), answers.enter ?? sent),
    look: async () => (screens.length > 1 ? screens.shift() : screens[0]),
  };
  return { steps, done };
}

test('Enter follows the text once it is seen', async () => {
  const { steps, done } = createSteps(['> ', '> ', '> text', '> text', 'taken']);
  expect(await typeLine(steps, options)).toEqual({ status: 'submitted' });
  expect(done).toEqual(['paste', 'enter']);
});

test('Enter is never pressed when the text is not seen', async () => {
  const { steps, done } = createSteps(['a dialog']);
  expect(await typeLine(steps, options)).toEqual({ status: 'not-visible', screen: 'a dialog' });
  expect(done).toEqual(['paste']);
});

test('an Enter without effect is told, and not repeated unless asked for', async () => {
  const { steps, done } = createSteps(['> text']);
  expect(await typeLine(steps, options)).toEqual({ status: 'not-submitted', screen: '> text' });
  expect(done).toEqual(['paste', 'enter']);
});

test('a swallowed Enter is repeated as often as allowed while the text still stands there', async () => {
  const { steps, done } = createSteps(['> text']);
  expect(await typeLine(steps, { ...options, entersMax: 3 })).toMatchObject({ status: 'not-submitted' });
  expect(done).toEqual(['paste', 'enter', 'enter', 'enter']);
});

test('Enter is not repeated into something else', async () => {
  const { steps, done } = createSteps(['> text', 'a dialog']);
  expect(await typeLine(steps, { ...options, entersMax: 3 })).toEqual({
    status: 'not-submitted',
    screen: 'a dialog',
  });
  expect(done).toEqual(['paste', 'enter']);
});

test('a refused paste ends it at once', async () => {
  const { steps, done } = createSteps(['> text'], { paste: { status: 'refused', reason: 'in-mode' } });
  expect(await typeLine(steps, options)).toEqual({ status: 'refused', reason: 'in-mode', at: 'paste' });
  expect(done).toEqual(['paste']);
});

test('a refused Enter says that the text stands there', async () => {
  const { steps } = createSteps(['> text'], { enter: { status: 'refused', reason: 'dead' } });
  expect(await typeLine(steps, options)).toEqual({ status: 'refused', reason: 'dead', at: 'enter' });
});

test('a pane that goes away while it is looked at is gone', async () => {
  const before = createSteps(['> ', undefined]);
  expect(await typeLine(before.steps, options)).toEqual({ status: 'refused', reason: 'gone', at: 'enter' });
  expect(before.done).toEqual(['paste']);
  const after = createSteps(['> text', undefined]);
  expect(await typeLine(after.steps, options)).toEqual({ status: 'refused', reason: 'gone', at: 'enter' });
});
