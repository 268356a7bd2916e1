import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

function createGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

test('actions of one key run one after the other, those of another key at once', async () => {
  const turns = createTurns<string>();
  const gate = createGate();
  const steps: string[] = [];
  const first = turns.take('a', async () => {
    steps.push('a1 begins');
    await gate.opened;
    steps.push('a1 ends');
  });
  const second = turns.take('a', async () => void steps.push('a2'));
  await turns.take('b', async () => void steps.push('b1'));
  gate.open();
  await Promise.all([first, second]);
  expect(steps).toEqual(['a1 begins', 'b1', 'a1 ends', 'a2']);
});

test('an action that fails tells its caller and holds up nobody', async () => {
  const turns = createTurns<string>();
  const failing = turns.take('a', () => Promise.reject(new Error('no')));
  const next = turns.take('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
