type Cleanup = () => unknown;

const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** What a measurement has started; everything is ended in the reverse order of its start. */
export interface Resources extends AsyncDisposable {
  /** Runs when the measurement is over, has failed, or was interrupted from outside. */
  onEnd(cleanup: Cleanup): void;
}

/**
 * Collects what has to be ended. An interruption ends it, too, and then the process: a tmux server and a daemon
 * would outlive the terminal in which somebody pressed Ctrl-C.
 */
export function openResources(exit: (code: number) => void = (code) => process.exit(code)): Resources {
  const cleanups: Cleanup[] = [];
  let ending: Promise<void> | undefined;
  const endAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let next = cleanups.pop(); next; next = cleanups.pop()) {
      try {
        await next();
      } catch (error) {
        failures.push(error);
      }
    }
    for (const signal of signals) process.off(signal, interrupt);
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be ended.');
  };
  const end = () => (ending ??= endAll());
  const interrupt = (signal: NodeJS.Signals) => {
    void end()
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
      .finally(() => exit(SIGNALS[signal] ?? 1));
  };
  const signals = Object.keys(SIGNALS) as NodeJS.Signals[];
  for (const signal of signals) process.on(signal, interrupt);
  return { onEnd: (cleanup) => void cleanups.push(cleanup), [Symbol.asyncDispose]: end };
}
