/** What ends a wait: mail; nothing, so that the hook asks again; or a newer waiter of the same agent. */
export type WaitEnd =
  | { readonly type: 'mail'; readonly text: string }
  | { readonly type: 'again' }
  | { readonly type: 'replaced' };

/** Hooks of idle sessions that wait for mail; what one is given starts a turn without a keystroke. */
export interface Waiters {
  /** Waits until there is mail, for at most `waitMs`. There is one waiter per agent: a newer one replaces it. */
  wait(agentId: string, signal: AbortSignal): Promise<WaitEnd>;
  has(agentId: string): boolean;
  /** Hands a text to the waiter of an agent; false when there is none. */
  give(agentId: string, text: string): boolean;
  /** Sends every waiter away to ask again, as the daemon stops. */
  dismissAll(): void;
}

// Below the two minutes after which a hook takes silence for a dead connection.
const WAIT_MS = 100_000;

/** `onArrival` is called for each new waiter, since mail may have come before it. */
export function createWaiters(
  onArrival: (agentId: string) => void,
  { waitMs = WAIT_MS }: { readonly waitMs?: number } = {},
): Waiters {
  const waiting = new Map<string, (end: WaitEnd) => void>();
  const end = (agentId: string, how: WaitEnd): boolean => {
    const resolve = waiting.get(agentId);
    waiting.delete(agentId);
    resolve?.(how);
    return resolve !== undefined;
  };
  return {
    has: (agentId) => waiting.has(agentId),
    give: (agentId, text) => end(agentId, { type: 'mail', text }),
    dismissAll() {
      for (const agentId of [...waiting.keys()]) end(agentId, { type: 'again' });
    },
    wait(agentId, signal) {
      end(agentId, { type: 'replaced' });
      return new Promise((resolve) => {
        const leave = (): void => {
          clearTimeout(timer);
          if (waiting.get(agentId) === finish) waiting.delete(agentId);
        };
        const finish = (how: WaitEnd): void => {
          leave();
          resolve(how);
        };
        const timer = setTimeout(() => finish({ type: 'again' }), waitMs);
        waiting.set(agentId, finish);
        signal.addEventListener('abort', () => finish({ type: 'again' }), { once: true });
        try {
          onArrival(agentId);
        } catch (error) {
          // Nobody listens any more: mail that it was given would be lost.
          leave();
          throw error;
        }
      });
    },
  };
}
