/*
 * Where an accepted text can be:
 *
 *   queue         the client holds it back until the running tool or turn is over
 *   conversation  it stands in a record, and in the next request
 *   sent          it was in a request
 *
 * From each it can be lost; from `sent` it is answered by an answer to that request or a later one, and then
 * forgotten. An answer to an earlier request, which may arrive after the text did, answers nothing.
 *
 * The client may write a request before the records of what was in it (seen with 2.1.329, in 1 of 30 requests).
 * So the texts that a request is known to hold are kept until it is answered: one that is accepted meanwhile was
 * in it.
 */
interface Pending {
  place: 'queue' | 'conversation' | 'sent';
  /** The record that holds it, and how many records came before that one. */
  uuid: string | null;
  position: number;
  /** The number of the first request that held it. */
  request: number;
  /** The answer that was being written when it was accepted, which therefore is none to it. */
  answer: string | null;
}

export interface Evidence {
  /** Puts texts into the conversation. Returns the ids that had not been accepted before, and those already sent. */
  accept(
    ids: readonly string[],
    at: { readonly uuid: string | null; readonly position: number },
  ): { readonly accepted: string[]; readonly sent: string[] };
  /** Puts texts into the client's queue. Returns the ids that had not been accepted before. */
  queue(ids: readonly string[]): string[];
  /** True for an id that was accepted and is not answered yet. */
  isPending(id: string): boolean;
  /** Notes the texts of a message that requests will name by its hash. */
  enclose(hash: string, ids: readonly string[]): void;
  /** Returns the ids that were in a request for the first time; `hashes` are those of its new messages. */
  send(requestId: string, hashes: readonly string[]): string[];
  /** Returns the ids that this answer answers, and those of them that no request was seen for. */
  answer(answer: { readonly key: string | null; readonly requestRef: string | null }): {
    readonly unsent: string[];
    readonly answered: string[];
  };
  /** Forgets texts that left the conversation or the queue. Returns their ids. */
  lose(which: (text: Readonly<Pending>, id: string) => boolean): string[];
}

// Far more than one agent is ever sent between two answers; only a file of another kind has so many.
const PENDING_MAX = 2_000;
const REQUESTS_KEPT_MAX = 64;
const MESSAGES_KEPT_MAX = 256;

export function createEvidence(): Evidence {
  const pending = new Map<string, Pending>();
  const unsent = new Set<string>();
  const sent = new Set<string>();
  const requests = new Map<string, number>();
  const messages = new Map<string, readonly string[]>();
  /** The last request that each text was in, until that is answered. */
  const enclosed = new Map<string, number>();
  let requestCount = 0;
  let latestAnswer: string | null = null;

  const forget = (id: string) => {
    enclosed.delete(id);
    pending.delete(id);
    unsent.delete(id);
    sent.delete(id);
  };
  const add = (id: string, text: Pick<Pending, 'place' | 'uuid' | 'position'>) => {
    const known = pending.get(id);
    if (known && known.place !== 'queue') return false;
    pending.set(id, { ...text, request: 0, answer: latestAnswer });
    if (text.place === 'conversation') unsent.add(id);
    const [oldest] = pending.keys();
    if (pending.size > PENDING_MAX && oldest !== undefined) forget(oldest);
    return known === undefined;
  };
  const markSent = (id: string, text: Pending, request = requestCount) => {
    text.place = 'sent';
    text.request = request;
    unsent.delete(id);
    sent.add(id);
  };

  return {
    accept(ids, at) {
      const accepted = ids.filter((id) => add(id, { place: 'conversation', ...at }));
      const already = ids.filter((id) => unsent.has(id) && enclosed.has(id));
      for (const id of already) markSent(id, pending.get(id) as Pending, enclosed.get(id));
      return { accepted, sent: already };
    },
    queue: (ids) =>
      ids.filter((id) => !pending.has(id) && add(id, { place: 'queue', uuid: null, position: 0 })),
    isPending: (id) => pending.has(id),
    enclose(hash, ids) {
      if (ids.length > 0) keep(messages, hash, ids, MESSAGES_KEPT_MAX);
    },
    send(requestId, hashes) {
      requestCount += 1;
      keep(requests, requestId, requestCount, REQUESTS_KEPT_MAX);
      for (const id of hashes.flatMap((hash) => messages.get(hash) ?? []))
        keep(enclosed, id, requestCount, PENDING_MAX);
      const ids = [...unsent];
      for (const id of ids) markSent(id, pending.get(id) as Pending);
      return ids;
    },
    answer({ key, requestRef }) {
      // A client that writes no requests still answers what stood there before the answer began.
      const implied =
        requestCount === 0 ? [...unsent].filter((id) => key === null || pending.get(id)?.answer !== key) : [];
      for (const id of implied) markSent(id, pending.get(id) as Pending);
      latestAnswer = key;
      const request = (requestRef === null ? undefined : requests.get(requestRef)) ?? requestCount;
      const answered = [...sent].filter((id) => (pending.get(id) as Pending).request <= request);
      for (const id of answered) forget(id);
      for (const [id, within] of enclosed) if (within <= request) enclosed.delete(id);
      return { unsent: implied, answered };
    },
    lose(which) {
      const ids = [...pending].filter(([id, text]) => which(text, id)).map(([id]) => id);
      for (const id of ids) forget(id);
      return ids;
    },
  };
}

/** Sets an entry, as the newest one, and lets the oldest go when there are too many. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
