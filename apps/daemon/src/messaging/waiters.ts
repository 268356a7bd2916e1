/** A hook of an idle session that waits for mail; what it is given starts a turn without a keystroke. */
interface Waiter {
  readonly session: string | null;
  readonly give: (text: string) => void;
}

export interface Waiters {
  /**
   * Waits until there is mail. Resolves with '' when a newer waiter of the agent took its place or the
   * caller has gone: there is at most one per agent.
   */
  wait(agentId: string, session: string | null, signal: AbortSignal): Promise<string>;
  has(agentId: string): boolean;
  /** Hands a text to the waiter of an agent; false when there is none. */
  give(agentId: string, text: string): boolean;
  /** Sends every waiter home, as the daemon stops. */
  dismissAll(): void;
}

export function createWaiters(onArrival: (agentId: string) => void): Waiters {
  const waiting = new Map<string, Waiter>();
  const give = (agentId: string, text: string): boolean => {
    const waiter = waiting.get(agentId);
    if (!waiter) return false;
    waiting.delete(agentId);
    waiter.give(text);
    return true;
  };
  return {
    has: (agentId) => waiting.has(agentId),
    give,
    dismissAll() {
      for (const agentId of [...waiting.keys()]) give(agentId, '');
    },
    wait(agentId, session, signal) {
      give(agentId, '');
      return new Promise((resolve) => {
        const waiter: Waiter = { session, give: resolve };
        waiting.set(agentId, waiter);
        signal.addEventListener('abort', () => {
          if (waiting.get(agentId) === waiter) waiting.delete(agentId);
          resolve('');
        });
        onArrival(agentId);
      });
    },
  };
}
