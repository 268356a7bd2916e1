import { errors } from './errors.ts';
import { isAgentId, isSlug, operator, type AgentId } from './ids.ts';

/** Whom a person or an agent means when they name a recipient. */
export type Target =
  | { readonly type: 'operator' }
  | { readonly type: 'agent'; readonly id: AgentId }
  /** A role of the sender's own project. */
  | { readonly type: 'role'; readonly role: string }
  /** As tmux shows it. `window` is an index or a name. */
  | {
      readonly type: 'address';
      readonly session: string;
      readonly window: string;
      readonly pane: number | null;
    };

/**
 * Reads what stands after `send` or `scm`. Says nothing about whether anybody has that name.
 *
 * @throws ORC_CONTRACTS_BAD_TARGET
 */
export function parseTarget(text: string): Target {
  if (text === operator) return { type: 'operator' };
  if (isAgentId(text)) return { type: 'agent', id: text };
  const colon = text.lastIndexOf(':');
  if (colon > 0) {
    const [, window = '', pane] = /^(.+?)(?:\.(\d+))?$/.exec(text.slice(colon + 1)) ?? [];
    if (window !== '')
      return {
        type: 'address',
        session: text.slice(0, colon),
        window,
        pane: pane === undefined ? null : Number(pane),
      };
  }
  const role = text.toLowerCase().replaceAll(/[ _]/g, '-');
  if (isSlug(role)) return { type: 'role', role };
  throw errors.badTarget(text);
}
