/** A message as far as the promise is concerned. */
export interface JudgedMessage {
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
  readonly state: string;
  readonly reason: string | null;
  readonly body: string;
  readonly inReplyTo: string | null;
}

export interface Judgement {
  readonly accepted: number;
  readonly seen: number;
  readonly queued: number;
  readonly dead: number;
  readonly lost: number;
  /** Messages that were acted on more than once. */
  readonly doubled: number;
  /** What is wrong, in words; empty when the promise was kept. */
  readonly problems: readonly string[];
}

const SEEN = new Set(['seen', 'done', 'failed']);
/** States of a message that nobody has seen, and that is not given up. */
export const ON_ITS_WAY: ReadonlySet<string> = new Set(['queued', 'leased', 'injected']);

/**
 * The promise: every message that was accepted is seen, done or failed, still on its way, or dead with a
 * reason that its sender was told; and none has had its effect twice. A reply is the effect of a question.
 */
export function judge(accepted: readonly string[], messages: readonly JudgedMessage[]): Judgement {
  const known = new Map(messages.map((message) => [message.id, message]));
  const replies = new Map<string, number>();
  for (const { inReplyTo } of messages)
    if (inReplyTo !== null) replies.set(inReplyTo, (replies.get(inReplyTo) ?? 0) + 1);
  const found = accepted.map((id) => known.get(id));
  const present = found.filter((message) => message !== undefined);
  const lost = accepted.filter((id) => !known.has(id));
  const dead = present.filter(({ state }) => state === 'dead');
  const doubled = accepted.filter((id) => (replies.get(id) ?? 0) > 1);
  const isTold = ({ id, sender }: JudgedMessage) =>
    messages.some(
      ({ kind, recipient, body }) => kind === 'notice' && recipient === sender && body.includes(id),
    );
  const problems = [
    ...lost.map((id) => `${id} was accepted and is not in the ledger`),
    ...dead.filter(({ reason }) => !reason).map(({ id }) => `${id} is dead and nobody knows why`),
    ...dead
      .filter((message) => !isTold(message))
      .map(({ id, sender }) => `${sender} was not told that ${id} is dead`),
    ...doubled.map((id) => `${id} was acted on ${replies.get(id)} times`),
  ];
  return {
    accepted: accepted.length,
    seen: present.filter(({ state }) => SEEN.has(state)).length,
    queued: present.filter(({ state }) => ON_ITS_WAY.has(state)).length,
    dead: dead.length,
    lost: lost.length,
    doubled: doubled.length,
    problems,
  };
}
