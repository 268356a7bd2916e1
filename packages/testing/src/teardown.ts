import { onTestFinished } from 'vitest';

/** Runs after the current test, in reverse order of the calls, whether the test passed or not. */
export function onTeardown(action: () => void | Promise<void>): void {
  onTestFinished(action);
}
