/** Lets actions with the same key run one after the other, in the order in which they came. */
export interface Turns {
  <Value>(key: string, action: () => Promise<Value>): Promise<Value>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (key, action) => {
    const before = last.get(key) ?? Promise.resolve();
    // How the one before ended is its own caller's business.
    const turn = before.then(action, action);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
    last.set(key, settled);
    return turn;
  };
}
