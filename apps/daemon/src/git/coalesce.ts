/**
 * Runs an action for a key, never beside itself: what is asked for while it runs is done once more when it
 * ends, however often it was asked.
 */
export function createCoalescer(action: (key: string) => Promise<void>): (key: string) => void {
  const running = new Set<string>();
  const again = new Set<string>();
  const start = (key: string): void => {
    if (running.has(key)) {
      again.add(key);
      return;
    }
    running.add(key);
    void action(key).finally(() => {
      running.delete(key);
      if (again.delete(key)) start(key);
    });
  };
  return start;
}
