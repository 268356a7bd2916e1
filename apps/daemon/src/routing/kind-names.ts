import { findKind, kinds } from '@orc/routing';
import { findClosest } from '../config/closest.ts';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';

export interface KindNames {
  /** The kind as it is stored; `note` when none is said. @throws ORC_DAEMON_UNKNOWN_KIND, ORC_DAEMON_RESERVED */
  (caller: Pick<Caller, 'type'>, text: string | undefined): string;
}

/** Reads the kind that somebody gives to a message; `own` are further ones of the configuration. */
export function createKindNames(own: readonly string[]): KindNames {
  return (caller, text = 'note') => {
    const kind = findKind(text);
    if (!kind && own.includes(text)) return text;
    const known = [...kinds.map(({ id }) => id), ...own];
    if (!kind) throw errors.unknownKind(text, findClosest(text, known), known);
    if (kind.isSystemOnly && caller.type === 'agent') throw errors.reserved(`the kind ${kind.id}`);
    return kind.id;
  };
}
