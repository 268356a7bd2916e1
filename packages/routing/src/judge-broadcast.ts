import type { Party, RouteMatrix } from './route-types.ts';

export type BroadcastVerdict =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly because: 'not-a-lead' | 'too-many'; readonly why: string };

export interface BroadcastInput {
  readonly from: Party;
  readonly matrix: Pick<RouteMatrix, 'hub'>;
  /** When earlier broadcasts of the project went out, in ms since 1970, in any order. */
  readonly earlier: readonly number[];
  readonly now: number;
  readonly policy: { readonly broadcastsMax: number; readonly broadcastWindowMs: number };
}

const LEADS: ReadonlySet<string> = new Set(['orchestrator', 'project-manager']);

/** Whether somebody may write to everybody at once: those who lead only, and not often. */
export function judgeBroadcast({ from, matrix, earlier, now, policy }: BroadcastInput): BroadcastVerdict {
  const { broadcastsMax, broadcastWindowMs } = policy;
  const isLead = from.type !== 'member' || from.name === matrix.hub || LEADS.has(from.role);
  if (!isLead) {
    const why = `${from.name} does not write to everybody; tell ${matrix.hub}, who decides whether all must know.`;
    return { isAllowed: false, because: 'not-a-lead', why };
  }
  const recent = earlier.filter((at) => at > now - broadcastWindowMs);
  if (recent.length < broadcastsMax) return { isAllowed: true };
  const nextInMs = Math.min(...recent) + broadcastWindowMs - now;
  const minutes = Math.max(1, Math.ceil(nextInMs / 60_000));
  const why = `This project had ${recent.length} broadcasts within ${Math.round(broadcastWindowMs / 60_000)} min, and more is not allowed. Wait ${minutes} min, or write to those whom it concerns.`;
  return { isAllowed: false, because: 'too-many', why };
}
