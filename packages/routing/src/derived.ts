import { createHash } from 'node:crypto';
import { findKind } from './kinds.ts';

/** Tags that say where a message comes from. Only orc sets them, so that nobody can pass for a copy. */
const COPY = 'copy-of:';
const HOPS = 'hops:';

export interface Sent {
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
  readonly body: string;
  readonly tags: readonly string[];
}

/** What follows from a message: another one, for somebody else. */
export interface Derived {
  readonly id: string;
  readonly recipient: string;
  readonly kind: string;
  readonly body: string;
  readonly tags: string[];
}

const ID_CHARACTERS_MAX = 64;

/** The same for the same message and purpose, whatever the length of the id that somebody chose. */
function derivedId(id: string, purpose: string): string {
  const whole = `${id}.${purpose}`;
  if (whole.length <= ID_CHARACTERS_MAX) return whole;
  return `m${createHash('sha256').update(whole).digest('hex').slice(0, 32)}`;
}

/** The tags among these that only orc may set. */
export function reservedTags(tags: readonly string[]): string[] {
  return tags.filter((tag) => tag.startsWith(COPY) || tag.startsWith(HOPS));
}

/** How many steps a message is away from what somebody wrote themselves. */
export function hopsOf(tags: readonly string[]): number {
  const tag = tags.find((each) => each.startsWith(HOPS));
  const hops = Number(tag?.slice(HOPS.length));
  return tag === undefined || !Number.isInteger(hops) || hops < 0 ? 0 : hops;
}

function isCopy({ kind, tags }: Pick<Sent, 'kind' | 'tags'>): boolean {
  return kind === 'copy' || tags.some((tag) => tag.startsWith(COPY));
}

/**
 * The copy of a critical message that the hub gets when it is neither sender nor recipient. Its id follows
 * from the first one's, so it exists once, and no copy has a copy.
 */
export function copyFor(message: Sent, hub: string): Derived | undefined {
  const { id, sender, recipient, kind, body, tags } = message;
  if (findKind(kind)?.isCritical !== true || isCopy(message)) return undefined;
  if (sender === hub || recipient === hub) return undefined;
  return {
    id: derivedId(id, 'copy'),
    recipient: hub,
    kind: 'copy',
    body: `For you to know: ${sender} wrote this ${kind} to ${recipient} (${id}).\n\n${body}`,
    tags: [`${COPY}${id}`, `${HOPS}${hopsOf(tags) + 1}`, `kind:${kind}`],
  };
}

/**
 * The same work for whoever has to go on with it. Nothing when that is the recipient already, or when the
 * message has come through too many hands to be passed on by itself once more.
 */
export function forwardFor(
  message: Sent,
  next: { readonly recipient: string; readonly ask: string },
  { hopsMax }: { readonly hopsMax: number },
): Derived | undefined {
  const { id, sender, recipient, kind, body, tags } = message;
  const hops = hopsOf(tags) + 1;
  if (isCopy(message) || hops > hopsMax) return undefined;
  if (next.recipient === recipient || next.recipient === sender) return undefined;
  return {
    id: derivedId(id, `for.${next.recipient.slice(next.recipient.indexOf('/') + 1)}`),
    recipient: next.recipient,
    kind,
    body: `${next.ask}\n\nFrom ${sender} (${id}):\n${body}`,
    tags: [`${HOPS}${hops}`, `from:${id}`],
  };
}
