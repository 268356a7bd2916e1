export type MessageState = 'queued' | 'leased' | 'injected' | 'seen' | 'done' | 'failed' | 'dead';

/** How far a delivered text is known to have come, weakest first; only `answered` proves that a model had it. */
export type EvidenceStep = 'printed' | 'received' | 'accepted' | 'sent' | 'answered';

/** One durable item for one recipient. Every time is an integer in milliseconds since 1970, UTC. */
export interface Message {
  readonly id: string;
  /** Place in the ledger: larger is later, never used twice. */
  readonly seq: number;
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
  /** 0…999, larger is sooner. */
  readonly priority: number;
  readonly body: string;
  readonly tags: string[];
  /** Ids that must be finished before this message is handed out. */
  readonly after: string[];
  readonly topic: string | null;
  readonly inReplyTo: string | null;
  readonly state: MessageState;
  /** True while it is undelivered and its recipient is parked. */
  readonly isParked: boolean;
  /** True while it is queued behind a dependency that is not finished. */
  readonly isBlocked: boolean;
  /** Why it is failed, dead, or back in the queue. */
  readonly reason: string | null;
  /** Deliveries that were begun and came to nothing; a released lease does not count. */
  readonly attempts: number;
  /** The channel of the current delivery. */
  readonly channel: string | null;
  /** The furthest evidence of the current delivery. */
  readonly step: EvidenceStep | null;
  readonly result: string | null;
  readonly createdAt: number;
  readonly leasedAt: number | null;
  readonly leaseExpiresAt: number | null;
  readonly injectedAt: number | null;
  readonly seenAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** From `start` (or, when nobody called it, from `seenAt`) to the end of the work. */
  readonly durationMs: number | null;
  readonly expectReplyMs: number | null;
  /** When the reply is owed: counted from `seenAt`, and from `createdAt` while it is not seen. */
  readonly replyBy: number | null;
  readonly repliedAt: number | null;
}

export interface SendInput {
  /** Makes the call repeatable: the same id and content again changes nothing. Default: a new id. */
  readonly id?: string | undefined;
  readonly sender: string;
  readonly recipient: string;
  /** Default `note`. A `task` is finished by its outcome, every other kind by being seen. */
  readonly kind?: string | undefined;
  /** 0…999, larger is sooner. Default 5. */
  readonly priority?: number | undefined;
  readonly body: string;
  readonly tags?: readonly string[] | undefined;
  /** Ids, stored or in the same `sendAll`, that must be finished first. */
  readonly after?: readonly string[] | undefined;
  readonly topic?: string | null | undefined;
  readonly inReplyTo?: string | null | undefined;
  /** The recipient owes a reply within this time. */
  readonly expectReplyMs?: number | null | undefined;
}

export interface Evidence {
  readonly session?: string | undefined;
  readonly line?: number | undefined;
  readonly transcript?: string | undefined;
}

export interface AdvanceInput extends Evidence {
  readonly step: EvidenceStep;
  /** When the evidence came to be. Default now; a time outside the message's life is moved to its edge. */
  readonly at?: number | undefined;
}

export type TransitionAction =
  | 'sent'
  | 'imported'
  | 'unblocked'
  | 'leased'
  | 'released'
  | 'expired'
  | 'injected'
  | 'advanced'
  | 'unproven'
  | 'requeued'
  | 'seen'
  | 'started'
  | 'finished'
  | 'failed'
  | 'died'
  | 'cancelled'
  | 'retried'
  | 'revived'
  | 'replied'
  | 'nudged'
  | 'escalated';

/** One thing that happened to one message, written in the same transaction as the change itself. */
export interface Transition {
  /** Increases with every commit of any process, never used twice. */
  readonly seq: number;
  readonly at: number;
  readonly messageId: string;
  readonly action: TransitionAction;
  readonly from: MessageState | null;
  /** Equal to `from` where the action changes no state, such as a step of evidence. */
  readonly to: MessageState;
  readonly step?: EvidenceStep;
  readonly channel?: string;
  readonly actor?: string;
  readonly reason?: string;
  readonly evidence?: Evidence & { readonly ref?: string };
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
}

export interface ParkedRecipient {
  readonly recipient: string;
  readonly reason: string;
  readonly since: number;
  /** When parking ends by itself; null when somebody has to end it. */
  readonly until: number | null;
}

/** A reply that is owed. Closed by the reply, by the outcome of the message, or by its death. */
export interface Obligation {
  readonly messageId: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly expectReplyMs: number;
  readonly createdAt: number;
  readonly seenAt: number | null;
  readonly replyBy: number;
  readonly nudgedAt: number | null;
  readonly escalatedAt: number | null;
  readonly repliedAt: number | null;
  readonly closedAt: number | null;
  readonly closedBy: 'reply' | 'outcome' | 'death' | null;
}

export interface ObligationFilter {
  readonly open?: boolean | undefined;
  readonly debtor?: string | undefined;
  readonly creditor?: string | undefined;
  /** Default 1000, at most 10 000. */
  readonly limit?: number | undefined;
}

/** What one sweep changed; message ids unless said otherwise. */
export interface SweepResult {
  /** Leases that ran out, back in the queue. */
  readonly expired: string[];
  /** Printed by a hook, never accepted by the client, back in the queue for another channel. */
  readonly unproven: string[];
  /** Died, dependents included. */
  readonly dead: string[];
  /** Recipients whose parking ended by itself. */
  readonly unparked: string[];
  /** Replies that became due since the last sweep: each is reported once … */
  readonly nudged: Obligation[];
  /** … and once more when another period passed. */
  readonly escalated: Obligation[];
}

/** Something that somebody has to be told. Kept until `told` is called, whatever happens meanwhile. */
export interface Untold {
  /** Never used twice, so that what is told of it can be told once. */
  readonly seq: number;
  readonly at: number;
  /** A message has died; a reply became due; it stayed away for another period. */
  readonly what: 'dead' | 'nudged' | 'escalated';
  /** Who cancelled the message; null where nobody did. */
  readonly actor: string | null;
  /** False when it has been overtaken: the message lives again, or the reply has come. */
  readonly isCurrent: boolean;
  /** As it is now; to whom a reply is owed is its sender. */
  readonly message: Message;
}

export interface ListFilter {
  readonly recipient?: string | undefined;
  readonly recipientPrefix?: string | undefined;
  readonly sender?: string | undefined;
  readonly state?: MessageState | readonly MessageState[] | undefined;
  readonly kind?: string | undefined;
  readonly topic?: string | undefined;
  readonly tag?: string | undefined;
  readonly inReplyTo?: string | undefined;
  /** Only messages whose `seq` is larger. */
  readonly afterSeq?: number | undefined;
  /** Default `oldest` first; `delivery` is the order in which they would be handed out. */
  readonly order?: 'oldest' | 'newest' | 'delivery' | undefined;
  /** Default 100, at most 10 000. */
  readonly limit?: number | undefined;
}

/** Exact figures by nearest rank: the p-th percentile is the ⌈p·count/100⌉-th smallest value. */
export interface Distribution {
  readonly count: number;
  readonly averageMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

export interface Percentiles {
  /** How long work took, of finished and failed messages. */
  readonly duration: Distribution;
  /** From `send` returning to `seen`. */
  readonly latency: Distribution;
}

export type PriorityBand = 'emergency' | 'critical' | 'high' | 'normal';

/** How many messages there are, and the longest way to being seen of all there ever were. */
export interface QueueCounts {
  readonly total: number;
  readonly byState: Readonly<Record<MessageState, number>>;
  readonly slowestSeenMs: number | null;
}

/** What waits, on the scale of three: high from 10 on, low below 5. */
export type DepthByLevel = Readonly<Record<'high' | 'normal' | 'low', number>>;

export interface RecipientStats {
  readonly recipient: string;
  /** Undelivered messages: queued, leased or injected. */
  readonly depth: number;
  readonly depthByBand: Readonly<Record<PriorityBand, number>>;
  readonly depthByLevel: DepthByLevel;
  /** When the oldest undelivered message was sent. */
  readonly oldestAt: number | null;
  readonly isParked: boolean;
  readonly completed: number;
  readonly failed: number;
  readonly averageMs: number | null;
  readonly p95Ms: number | null;
}

export interface QueueStats extends Percentiles {
  readonly total: number;
  readonly byState: Readonly<Record<MessageState, number>>;
  readonly undelivered: number;
  readonly openObligations: number;
  /** Recipients with at least `depthAlert` undelivered messages. */
  readonly crowded: string[];
  /** By name. */
  readonly recipients: RecipientStats[];
}

export interface LeaseOptions {
  /** Who takes the messages; the same name is asked for by `inject` and `release`. */
  readonly worker: string;
  /** 1…1000, default 20. */
  readonly limit?: number | undefined;
  /** Default: `leaseMs` of the configuration. */
  readonly leaseMs?: number | undefined;
}

export interface InjectOptions {
  readonly worker: string;
  readonly channel: string;
  /** Whatever lets a reader find the delivery again, such as the id of a hook call. */
  readonly evidenceRef?: string | undefined;
}

export interface QueueDeps {
  readonly clock?: { now(): number };
  /** Asked before a message is stored. Default: everybody is known. */
  readonly isKnownRecipient?: (recipient: string) => boolean;
  readonly newId?: () => string;
}

/**
 * The ledger of messages. Synchronous on purpose: one call is one transaction, and a transaction cannot
 * span an `await`. Any number of processes may have the same file open. A call that throws changed nothing.
 */
export interface Queue extends Disposable {
  /** Durable before it returns. Idempotent by id. */
  readonly send: (input: SendInput) => Message;
  /** All or none; a message may depend on a later one of the same call. */
  readonly sendAll: (inputs: readonly SendInput[]) => Message[];
  /**
   * Takes the next messages in strict order: priority, then sequence. Never blocks. Empty when the recipient
   * is parked; nothing overtakes a message that another worker holds.
   */
  readonly lease: (recipient: string, options: LeaseOptions) => Message[];
  /** A hook printed these leased messages. Repeatable. @throws ORC_QUEUE_LEASE_LOST and then changes none. */
  readonly inject: (ids: readonly string[], options: InjectOptions) => void;
  /**
   * Whoever looks for evidence is there: none is awaited for longer than `evidenceMs` from now, also where
   * somebody more patient injected it. Cheap and without a lock when there is nothing to change.
   */
  readonly expectEvidence: () => void;
  /** Gives leased messages back; no attempt is counted. @throws ORC_QUEUE_LEASE_LOST */
  readonly release: (
    ids: readonly string[],
    options: { readonly worker: string; readonly reason?: string | undefined },
  ) => void;
  /** Records evidence; false when it says nothing new. Late evidence counts. */
  readonly advance: (id: string, input: AdvanceInput) => boolean;
  /** Repeatable; the first call counts. @throws ORC_QUEUE_WRONG_STATE once it is finished */
  readonly start: (id: string, by?: string) => void;
  /** Repeatable; the first result stands. Work that is done proves that the message was seen. */
  readonly finish: (
    id: string,
    outcome?: { readonly by?: string | undefined; readonly result?: string | undefined },
  ) => void;
  readonly fail: (id: string, outcome: { readonly by?: string | undefined; readonly reason: string }) => void;
  /** Ends a message that is not finished. Repeatable. */
  readonly cancel: (
    id: string,
    options: { readonly reason: string; readonly by?: string | undefined },
  ) => void;
  /** Puts a dead or failed message back in its old place, and with it the messages that died of it. */
  readonly retry: (id: string) => void;
  /**
   * The recipient's session ended: what was injected and not seen is queued again. Returns the ids. With `ids`
   * only these are, because the session goes on and has lost no others.
   */
  readonly requeueUnseen: (recipient: string, reason: string, ids?: readonly string[]) => string[];
  /** Stops time for a recipient: nothing is handed out, nothing runs out, no attempt counts. Persistent. */
  readonly park: (
    recipient: string,
    options: { readonly reason: string; readonly until?: number | undefined },
  ) => void;
  /** False when it was not parked. */
  readonly unpark: (recipient: string) => boolean;
  readonly parked: () => ParkedRecipient[];
  /** Acts on everything that time alone changes. Cheap and without a lock when nothing is due. */
  readonly sweep: () => SweepResult;
  /**
   * Who has to be told what, oldest first: every death, every overdue reply. Each stays here until `told`,
   * so that the end of the process in between costs nothing. `limit` is 1…10 000, default 100.
   */
  readonly untold: (limit?: number) => Untold[];
  /** They know. Repeatable. */
  readonly told: (seq: number) => void;
  /** @throws ORC_QUEUE_UNKNOWN_MESSAGE */
  readonly get: (id: string) => Message;
  readonly find: (id: string) => Message | undefined;
  readonly list: (filter?: ListFilter) => Message[];
  /** Everything that happened to a message, oldest first. @throws ORC_QUEUE_UNKNOWN_MESSAGE */
  readonly history: (id: string) => Transition[];
  /** What happened after a transition, oldest first; `limit` defaults to 1000, at most 10 000. */
  readonly transitions: (options?: {
    readonly after?: number | undefined;
    readonly limit?: number | undefined;
  }) => Transition[];
  /** Messages that wait and are not blocked, whether the recipient is parked or not. */
  readonly pendingCount: (recipient: string) => number;
  /** The priority of the next message, or `undefined` when there is none or the recipient is parked. */
  readonly nextFor: (recipient: string) => number | undefined;
  /** Does not read what is settled, and so takes no longer when much is stored. */
  readonly counts: (recipientPrefix?: string) => QueueCounts;
  /** Exact figures of every message that is stored. */
  readonly stats: (recipientPrefix?: string) => QueueStats;
  /** The longest work first; the 100 slowest outlive `prune`. `n` is 1…100, default 10. */
  readonly slowest: (n?: number) => Message[];
  readonly percentiles: () => Percentiles;
  /**
   * The debtor was asked for a reply by other means, which counts as its nudge: the escalation comes another
   * period from now. False when it was reminded before, or owes no reply.
   */
  readonly remind: (messageId: string) => boolean;
  readonly obligations: (filter?: ObligationFilter) => Obligation[];
  /** Calls the listener after commits of any process, at most 50 times a second; no timer while idle. */
  readonly watch: (listener: () => void) => Disposable;
  /**
   * Everything still owed, in the order of the ledger: undelivered messages, and tasks that were seen and have
   * no outcome. In pages when there may be many.
   */
  readonly exportPending: (page?: {
    /** Only messages whose `seq` is larger. */
    readonly afterSeq?: number | undefined;
    /** At most so many, from 1 to 10 000. Default: all. */
    readonly limit?: number | undefined;
  }) => Message[];
  /** Idempotent by id; returns how many were new. What was on its way is queued again. */
  readonly importPending: (messages: readonly Message[]) => number;
  /** What is wrong with the file and the ledger, in words; empty when nothing is. Reads everything. */
  readonly integrity: () => string[];
  /** Copies the file while it is in use; the copy appears whole or not at all. */
  readonly backup: (path: string) => Promise<void>;
  /** Removes old finished messages with their history, never an undelivered one. Returns how many. */
  readonly prune: () => number;
}
