/** Runs actions of the same key one after the other, in the order they came; others at the same time. */
export interface Turns<Key> {
  take<Value>(key: Key, action: () => Promise<Value>): Promise<Value>;
}

export function createTurns<Key>(): Turns<Key> {
  const last = new Map<Key, Promise<unknown>>();
  return {
    take(key, action) {
      const before = last.get(key) ?? Promise.resolve();
      // An action that failed has told its own caller; the next one starts all the same.
      const turn = before.then(action, action);
      last.set(key, turn);
      const forget = () => {
        if (last.get(key) === turn) last.delete(key);
      };
      turn.then(forget, forget);
      return turn;
    },
  };
}
