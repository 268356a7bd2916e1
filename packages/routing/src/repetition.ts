/** Remembers what was said a moment ago, so that a loop of two programs ends at its second round. */
export interface Repetitions {
  /** The id under which exactly this went out within the window, or `undefined`. */
  find(text: Said, now: number): string | undefined;
  note(text: Said, id: string, now: number): void;
}

export interface Said {
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
  readonly body: string;
}

const REMEMBERED_MAX = 5_000;

/**
 * A window and not for ever: the same words are often meant a second time, and only rarely within seconds.
 * What is remembered is bounded; the oldest is forgotten first.
 */
export function createRepetitions({ windowMs }: { readonly windowMs: number }): Repetitions {
  const said = new Map<string, { readonly id: string; readonly at: number }>();
  const keyOf = ({ sender, recipient, kind, body }: Said) => JSON.stringify([sender, recipient, kind, body]);
  return {
    find(text, now) {
      const found = said.get(keyOf(text));
      return found && now - found.at < windowMs ? found.id : undefined;
    },
    note(text, id, now) {
      const key = keyOf(text);
      said.delete(key);
      said.set(key, { id, at: now });
      for (const [oldest, { at }] of said) {
        if (said.size <= REMEMBERED_MAX && now - at < windowMs) break;
        said.delete(oldest);
      }
    },
  };
}
