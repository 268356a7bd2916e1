/*
 * Where an accepted text can be:
 *
 *   queue         the client holds it back until the running tool or turn is over
 *   conversation  it stands in a record, and in the next request
 *   sent          it was in a request
 *
 * From each it can be lost; from `sent` it is answered by an answer to that request or a later one, and then
 * forgotten. An answer to an earlier request, which may arrive after the text did, answers nothing.
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
  /** Puts texts into the conversation. Returns the ids that had not been accepted before. */
  accept(ids: readonly string[], at: { readonly uuid: string | null; readonly position: number }): string[];
  /** Puts texts into the client's queue. Returns the ids that had not been accepted before. */
  queue(ids: readonly string[]): string[];
  /** True for an id that was accepted and is not answered yet. */
  isPending(id: string): boolean;
  /** Returns the ids that were in a request for the first time. */
  send(requestId: string): string[];
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

export function createEvidence(): Evidence {
  const pending = new Map<string, Pending>();
  const unsent = new Set<string>();
  const sent = new Set<string>();
  const requests = new Map<string, number>();
  let requestCount = 0;
  let latestAnswer: string | null = null;

  const forget = (id: string) => {
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
  const markSent = (id: string, text: Pending) => {
    text.place = 'sent';
    text.request = requestCount;
    unsent.delete(id);
    sent.add(id);
  };

  return {
    accept: (ids, at) => ids.filter((id) => add(id, { place: 'conversation', ...at })),
    queue: (ids) =>
      ids.filter((id) => !pending.has(id) && add(id, { place: 'queue', uuid: null, position: 0 })),
    isPending: (id) => pending.has(id),
    send(requestId) {
      requestCount += 1;
      requests.set(requestId, requestCount);
      const [oldest] = requests.keys();
      if (requests.size > REQUESTS_KEPT_MAX && oldest !== undefined) requests.delete(oldest);
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
      return { unsent: implied, answered };
    },
    lose(which) {
      const ids = [...pending].filter(([id, text]) => which(text, id)).map(([id]) => id);
      for (const id of ids) forget(id);
      return ids;
    },
  };
}
