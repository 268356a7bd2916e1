import type { Layout } from '@orc/contracts';
import { isOrcError } from '@orc/errors';

/** So long a call is awaited without a question; hardly any takes longer. */
const LOOK_MS = 5_000;

/**
 * Awaits a call for as long as the daemon is there: some take hours, and one that hangs would never answer.
 * From time to time the daemon is asked whether it is; `call` is aborted when it does not say so.
 *
 * @throws ORC_CLI_DAEMON_DOES_NOT_ANSWER
 */
export async function whileThere<Value>(
  layout: Layout,
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const hangs = new AbortController();
  const over = new AbortController();
  let isAsked = false;
  const look = async (): Promise<void> => {
    if (isAsked) return;
    isAsked = true;
    try {
      // Hardly ever needed, and every command would have to load it.
      const { findHealth } = await import('./daemon-process.ts');
      await findHealth(layout, { signal: over.signal });
    } catch (error) {
      // Whatever else is wrong, the call itself finds out.
      if (isOrcError(error, 'ORC_CLI_DAEMON_DOES_NOT_ANSWER')) hangs.abort(error);
    } finally {
      isAsked = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  try {
    return await call(hangs.signal);
  } finally {
    clearInterval(timer);
    over.abort();
  }
}
