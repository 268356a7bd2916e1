/** Somebody who sends or gets messages. */
export type Party =
  | { readonly type: 'person' }
  | { readonly type: 'system' }
  /** `name` is the agent's name in its team (`developer-2`), `role` what it is (`developer`). */
  | { readonly type: 'member'; readonly name: string; readonly role: string };

/** Who may talk to whom in a team, by member name, as the planner wrote it. */
export interface RouteMatrix {
  readonly profile: string;
  /** The member that reports go to. */
  readonly hub: string;
  readonly talksTo: Readonly<Record<string, readonly string[]>>;
  /** Direct messages that need one of the tags. */
  readonly handoffs: readonly {
    readonly from: string;
    readonly to: string;
    readonly tags: readonly string[];
  }[];
}

/** Pairs of roles, written `developer>tester`, that a user allows or forbids on top of the matrix. */
export interface RouteOverrides {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export interface RouteInput {
  readonly from: Party;
  readonly to: Party;
  readonly kind: string;
  readonly tags: readonly string[];
  /** It answers something that the recipient has sent to the sender. */
  readonly isReply: boolean;
  readonly matrix: RouteMatrix;
  readonly overrides: RouteOverrides;
  /** Whether hand-offs between neighbours in a lane go directly. */
  readonly isLaneOpen: boolean;
}

export type RouteReason =
  | 'person'
  | 'system'
  | 'reply'
  | 'hub'
  | 'project-manager'
  | 'allowed-by-user'
  | 'matrix'
  | 'hand-off'
  | 'denied-by-user'
  | 'lane-closed'
  | 'needs-tag'
  | 'not-in-matrix';

export interface RouteVerdict {
  readonly isAllowed: boolean;
  readonly because: RouteReason;
  /** One sentence for the sender. */
  readonly why: string;
  /** What to do in place of it; `null` when it is allowed. */
  readonly instead: string | null;
}
