import { progressOf, type Client } from './client.ts';

/** Ends this process without a word when a crash is planned for now: no hook runs, no file is put away. */
export function crashIfPlanned(client: Client): void {
  const fault = client.faults.take('crash', progressOf(client));
  if (!fault) return;
  if (fault.signal === undefined) process.exit(fault.exitCode ?? 1);
  process.removeAllListeners(fault.signal);
  process.kill(process.pid, fault.signal);
}

/** Never answers again when a hang is planned for now: the turn stays busy until Esc, or for ever when frozen. */
export async function hangIfPlanned(client: Client, signal: AbortSignal): Promise<void> {
  const fault = client.faults.take('hang', progressOf(client));
  if (!fault) return;
  if (fault.isFrozen) client.front.freeze();
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')));
  });
}
