import type { Logger } from 'pino';

/**
 * Makes a listener that never throws: what a timer or an event calls has no caller to tell, and an error
 * that nobody catches would end the daemon. Whatever was missed, a job of the ticker does again.
 */
export function safely<Input extends unknown[]>(
  log: Logger,
  what: string,
  run: (...input: Input) => void | Promise<void>,
): (...input: Input) => void {
  const fail = (error: unknown) => log.error({ err: error, what }, 'something failed and goes on');
  return (...input) => {
    try {
      void Promise.resolve(run(...input)).catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}
