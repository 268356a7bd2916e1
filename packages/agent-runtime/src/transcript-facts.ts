/** Where a fact stands in the transcript. `at` is in milliseconds since 1970, UTC. */
export interface TranscriptPlace {
  readonly at: number;
  readonly sessionId: string | null;
  /** As the caller numbered it. */
  readonly line: number;
}

/** How far a delivered text got; each step holds for good unless `lost` follows. */
export type EvidenceFact = TranscriptPlace & {
  /**
   * `received`: the client read what a hook printed, which is no proof yet. `accepted`: it is in the
   * conversation, or in the client's own queue before it. `sent`: it was in a request to the model.
   * `answered`: the model took its turn with it in front of it.
   */
  readonly type: 'received' | 'accepted' | 'sent' | 'answered';
  readonly ids: string[];
};

/** An accepted text that was not answered and never will be: it must be delivered again. */
export type LostFact = TranscriptPlace & {
  readonly type: 'lost';
  readonly ids: string[];
  /**
   * `withdrawn`: taken back out of the client's queue. `rewound`: the conversation went on from an earlier
   * point, as after Esc before the first word of an answer. `compacted`: a summary stands in its place.
   */
  readonly why: 'withdrawn' | 'rewound' | 'compacted';
};

export type LimitFact = TranscriptPlace & {
  readonly type: 'limit';
  /** Milliseconds since 1970, or `null` when the client does not say. */
  readonly resetsAt: number | null;
  /** As the client names it: `five_hour`, `seven_day` … */
  readonly limitType: string;
  readonly text: string;
};

/** A turn ended in an error of the API that is no usage limit. */
export type ApiErrorFact = TranscriptPlace & {
  readonly type: 'api-error';
  /** As the client names it: `server_error`, `authentication_failed` … */
  readonly error: string;
  readonly status: number | null;
  readonly text: string;
};

/** What one answer of the model cost; once per request. */
export type UsageFact = TranscriptPlace & {
  readonly type: 'usage';
  readonly requestId: string;
  readonly model: string;
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheCreation: number;
    /** Of `cacheCreation`, what is kept for an hour and not for five minutes. */
    readonly cacheCreation1h: number;
  };
};

export type TurnFact = TranscriptPlace &
  (
    | { readonly type: 'turn-ended'; readonly durationMs: number | null }
    /** Somebody pressed Esc or refused a permission; no hook says so. */
    | { readonly type: 'interrupted' }
    | { readonly type: 'compacted'; readonly trigger: string | null }
  );

export type TranscriptFact = EvidenceFact | LostFact | LimitFact | ApiErrorFact | UsageFact | TurnFact;
