export interface Emitter<Event> {
  emit(event: Event): void;
  on(listener: (event: Event) => void): Disposable;
  readonly hasListeners: boolean;
}

/** A listener that throws is a bug of its owner: it is thrown on, after the others have heard the event. */
export function createEmitter<Event>(): Emitter<Event> {
  const listeners = new Set<{ readonly listen: (event: Event) => void }>();
  return {
    emit(event) {
      for (const { listen } of [...listeners]) {
        try {
          listen(event);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    on(listen) {
      // One entry for each call, so that the same function may listen twice.
      const entry = { listen };
      listeners.add(entry);
      return { [Symbol.dispose]: () => void listeners.delete(entry) };
    },
    get hasListeners() {
      return listeners.size > 0;
    },
  };
}
