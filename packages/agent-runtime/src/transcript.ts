import { createEvidence, type Evidence } from './evidence.ts';
import { isObject, numberAt, objectAt, textAt, type JsonObject } from './json.ts';
import { meaningOf, type Meaning } from './transcript-record.ts';
import type {
  ApiErrorFact,
  EvidenceFact,
  LimitFact,
  LostFact,
  TranscriptFact,
  TranscriptPlace,
  UsageFact,
} from './transcript-facts.ts';

/**
 * Follows the transcript of one session, record by record, from its first one. Pure: what it says follows
 * from what it was given. Memory is bounded, and a record costs the same however long the file is.
 */
export interface TranscriptReader {
  /** What this record proves; empty for most. Takes anything that was a line of JSON. Never throws. */
  read(record: unknown, line: number): TranscriptFact[];
}

// A prompt that goes on from further back than this is taken for one that follows its predecessor.
const RECORDS_KEPT_MAX = 1_024;
const USAGE_KEPT_MAX = 32;

interface Session {
  readonly evidence: Evidence;
  /** How many records came before each of the last ones. */
  readonly positions: Map<string, number>;
  /** Requests whose usage was reported. */
  readonly counted: Set<string>;
  position: number;
  place: TranscriptPlace;
}

/**
 * Make one for each transcript file: a file begins with an empty conversation. Of the file of a sub-agent only
 * its usage is told.
 */
export function createTranscriptReader({
  of = 'agent',
}: { readonly of?: 'agent' | 'subagent' } = {}): TranscriptReader {
  const session: Session = {
    evidence: createEvidence(),
    positions: new Map(),
    counted: new Set(),
    position: 0,
    place: { at: 0, sessionId: null, line: 0 },
  };
  return {
    read(record, line) {
      // A sub-agent's records prove nothing about what the agent itself has seen.
      if (!isObject(record) || (of === 'agent' && record['isSidechain'] === true)) return [];
      session.place = placeOf(record, line, session.place);
      const facts = factsOf(session, record, meaningOf(record));
      remember(session, record);
      return of === 'agent' ? facts : facts.filter(({ type }) => type === 'usage');
    },
  };
}

function placeOf(record: JsonObject, line: number, last: TranscriptPlace): TranscriptPlace {
  const at = Date.parse(textAt(record, 'timestamp') ?? '');
  return {
    line,
    // Some records have no time, and one that waited in the client's queue has that of its arrival there.
    at: Number.isNaN(at) ? last.at : Math.max(at, last.at),
    sessionId: textAt(record, 'sessionId') ?? last.sessionId,
  };
}

function remember({ positions, position }: Session, record: JsonObject): void {
  const uuid = textAt(record, 'uuid');
  if (uuid === null) return;
  positions.set(uuid, position);
  const [oldest] = positions.keys();
  if (positions.size > RECORDS_KEPT_MAX && oldest !== undefined) positions.delete(oldest);
}

function factsOf(session: Session, record: JsonObject, meaning: Meaning): TranscriptFact[] {
  const { evidence, place } = session;
  session.position += 1;
  const step = (type: EvidenceFact['type'], ids: string[]): EvidenceFact[] =>
    ids.length > 0 ? [{ type, ids, ...place }] : [];
  const lost = (why: LostFact['why'], which: Parameters<Evidence['lose']>[0]): LostFact[] => {
    const ids = evidence.lose(which);
    return ids.length > 0 ? [{ type: 'lost', ids, why, ...place }] : [];
  };
  switch (meaning.kind) {
    case 'received':
      return step(
        'received',
        meaning.ids.filter((id) => !evidence.isPending(id)),
      );
    case 'queued':
      return step('accepted', evidence.queue(meaning.ids));
    case 'unqueued':
      return lost('withdrawn', ({ place: where }, id) => where === 'queue' && meaning.ids.includes(id));
    case 'accepted': {
      const back = meaning.isPrompt ? findRewind(session, record) : undefined;
      const rewound =
        back === undefined
          ? []
          : lost('rewound', ({ place: where, position }) => where !== 'queue' && position > back);
      const at = { uuid: textAt(record, 'uuid'), position: session.position };
      const { accepted, sent } = evidence.accept(meaning.ids, at);
      return [...rewound, ...step('accepted', accepted), ...step('sent', sent)];
    }
    case 'enclosed':
      evidence.enclose(meaning.hash, meaning.ids);
      return [];
    case 'request':
      return step('sent', evidence.send(meaning.id, meaning.hashes));
    case 'answer': {
      const key = textAt(record, 'requestId') ?? textAt(objectAt(record, 'message'), 'id');
      const { unsent, answered } = evidence.answer({ key, requestRef: textAt(record, 'requestRef') });
      return [...step('sent', unsent), ...step('answered', answered), ...usageOf(session, record, key)];
    }
    case 'failed-answer':
      return [failureOf(record, place)];
    case 'compacted': {
      const trigger = textAt(objectAt(record, 'compactMetadata'), 'trigger');
      return [
        { type: 'compacted', trigger, ...place },
        ...lost('compacted', ({ place: where, uuid }) => where !== 'queue' && !meaning.kept.has(uuid ?? '')),
      ];
    }
    case 'turn-ended':
      return [{ type: 'turn-ended', durationMs: numberAt(record, 'durationMs'), ...place }];
    case 'interrupted':
      return [{ type: 'interrupted', ...place }];
    case 'other':
      return [];
  }
}

/**
 * Where the conversation goes on, when that is not at its end: the position of the record that this prompt
 * follows. Only prompts tell: results of parallel tools hang side by side, and yet all of them are sent.
 */
function findRewind({ positions }: Session, record: JsonObject): number | undefined {
  const parent = record['parentUuid'];
  if (parent === null) return 0;
  // What is not known is too far back, or was lost with a damaged line; neither proves anything.
  return typeof parent === 'string' ? positions.get(parent) : undefined;
}

function usageOf({ counted, place }: Session, record: JsonObject, requestId: string | null): UsageFact[] {
  const message = objectAt(record, 'message');
  const usage = objectAt(message, 'usage');
  if (requestId === null || counted.has(requestId) || numberAt(usage, 'output_tokens') === null) return [];
  counted.add(requestId);
  const [oldest] = counted;
  if (counted.size > USAGE_KEPT_MAX && oldest !== undefined) counted.delete(oldest);
  const tokens = {
    input: numberAt(usage, 'input_tokens') ?? 0,
    output: numberAt(usage, 'output_tokens') ?? 0,
    cacheRead: numberAt(usage, 'cache_read_input_tokens') ?? 0,
    cacheCreation: numberAt(usage, 'cache_creation_input_tokens') ?? 0,
    cacheCreation1h: numberAt(objectAt(usage, 'cache_creation'), 'ephemeral_1h_input_tokens') ?? 0,
  };
  return [{ type: 'usage', requestId, model: textAt(message, 'model') ?? 'unknown', tokens, ...place }];
}

function failureOf(record: JsonObject, place: TranscriptPlace): LimitFact | ApiErrorFact {
  const limit = {
    ...objectAt(record, 'quotaLimits'),
    ...objectAt(objectAt(record, 'apiErrorParams'), 'rate_limit_info'),
  };
  const [block] = Array.isArray(objectAt(record, 'message')['content'])
    ? (objectAt(record, 'message')['content'] as unknown[])
    : [];
  const text = (isObject(block) ? textAt(block, 'text') : null) ?? '';
  if (record['apiError'] === 'usage_limit_reached' || textAt(limit, 'status') === 'rejected') {
    const seconds = numberAt(limit, 'resetsAt');
    const resetsAt = seconds === null ? null : Math.round(seconds * 1_000);
    return {
      type: 'limit',
      resetsAt,
      limitType: textAt(limit, 'rateLimitType') ?? 'unknown',
      text,
      ...place,
    };
  }
  const error = textAt(record, 'error') ?? 'unknown';
  return { type: 'api-error', error, status: numberAt(record, 'apiErrorStatus'), text, ...place };
}
