/** What was said about a publication by somebody who acted on it. */
export interface Acknowledgement {
  readonly by: string;
  /** `session:window` of whoever acted, where it is known. */
  readonly session: string | null;
  readonly text: string;
  readonly at: number;
}

/** Something said to a group of one project. Times are in ms since 1970. */
export interface Publication {
  /** Larger is later; never used twice. */
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly project: string;
  readonly group: string;
  /** 0…999, larger is more urgent. */
  readonly priority: number;
  readonly tags: string[];
  readonly text: string;
  /** Set by whoever knows it; a text cannot claim it. */
  readonly publisher: string;
  readonly session: string | null;
  /** To whom it is sent, decided when it was published. */
  readonly recipients: string[];
  readonly acknowledgements: Acknowledgement[];
}

export interface PublicationInput {
  /** Makes the call repeatable: the same id and content again changes nothing. */
  readonly id: string;
  readonly project: string;
  readonly group: string;
  readonly priority: number;
  readonly tags?: readonly string[] | undefined;
  readonly text: string;
  readonly publisher: string;
  readonly session?: string | null | undefined;
  readonly recipients: readonly string[];
}

export interface PublicationFilter {
  readonly project: string;
  /** Only what this reader may see: what was sent to it, what it published, and these groups. */
  readonly reader?: { readonly name: string; readonly groups: readonly string[] } | undefined;
  readonly group?: string | undefined;
  readonly tag?: string | undefined;
  readonly publisher?: string | undefined;
  readonly priorityMin?: number | undefined;
  readonly since?: number | undefined;
  /** The last so many; default and most: all that is kept. */
  readonly tail?: number | undefined;
}

export interface Subscription {
  readonly project: string;
  readonly group: string;
  readonly subscriber: string;
  /** False for somebody who does not want to hear a group that their role hears. */
  readonly isWanted: boolean;
}

/** Somebody who wants to hear of events of a project. */
export interface EventSubscription {
  readonly project: string;
  readonly subscriber: string;
  /** Words of a filter; opaque here. */
  readonly filter: string;
}

export interface PubsubStats {
  readonly stored: number;
  readonly acknowledged: number;
  /** Stored and not handed over yet. */
  readonly unsent: number;
  readonly lastAt: number | null;
}
