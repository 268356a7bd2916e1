import type { Logger } from 'pino';

/** Something done again and again at the daemon's own pace. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => void | Promise<void>;
}

/**
 * Runs jobs, each never beside itself. A job that fails is logged and runs again next time: nothing that
 * one job meets may stop the daemon.
 */
export function startTicker(jobs: readonly Job[], log: Logger): Disposable {
  const timers = jobs.map(({ name, everyMs, run }) => {
    let isRunning = false;
    return setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      void (async () => {
        try {
          await run();
        } catch (error) {
          log.error({ err: error, job: name }, 'a job failed');
        } finally {
          isRunning = false;
        }
      })();
    }, everyMs);
  });
  return { [Symbol.dispose]: () => timers.forEach(clearInterval) };
}
