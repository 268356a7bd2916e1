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
  /** The same word can answer two questions. */
  readonly inReplyTo?: string | null | undefined;
  readonly expectReplyMs?: number | null | undefined;
  readonly after?: readonly string[] | undefined;
}

const REMEMBERED_MAX = 5_000;

/**
 * A window and not for ever: the same words are often meant a second time, and only rarely within seconds.
 * What is remembered is bounded; the oldest is forgotten first.
 */
export function createRepetitions({ windowMs }: { readonly windowMs: number }): Repetitions {
  const said = new Map<string, { readonly id: string; readonly at: number }>();
  // A clock that was set back must not make the window longer.
  const isRecent = (at: number, now: number) => Math.abs(now - at) < windowMs;
  return {
    find(text, now) {
      const found = said.get(keyOf(text));
      return found && isRecent(found.at, now) ? found.id : undefined;
    },
    note(text, id, now) {
      const key = keyOf(text);
      said.delete(key);
      said.set(key, { id, at: now });
      for (const [oldest, { at }] of said) {
        if (said.size <= REMEMBERED_MAX && isRecent(at, now)) break;
        said.delete(oldest);
      }
    },
  };
}

function keyOf({ sender, recipient, kind, body, inReplyTo, expectReplyMs, after = [] }: Said): string {
  return JSON.stringify([sender, recipient, kind, body, inReplyTo ?? null, expectReplyMs ?? null, after]);
}
