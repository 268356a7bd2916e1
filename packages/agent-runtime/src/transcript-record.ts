import { isObject, objectAt, textAt, textsAt, type JsonObject } from './json.ts';

/** What one record of a transcript means for the texts that were delivered. */
export type Meaning =
  | { readonly kind: 'received'; readonly ids: string[] }
  /** Text is in the client's queue; it enters the conversation later, as a record of its own. */
  | { readonly kind: 'queued'; readonly ids: string[] }
  /** Text has left the client's queue without entering the conversation. */
  | { readonly kind: 'unqueued'; readonly ids: string[] }
  | { readonly kind: 'accepted'; readonly ids: string[]; readonly isPrompt: boolean }
  /** A message of a request that comes later, known by its hash from then on. */
  | { readonly kind: 'enclosed'; readonly hash: string; readonly ids: string[] }
  /** With the hashes of the messages that the request before it did not hold. */
  | { readonly kind: 'request'; readonly id: string; readonly hashes: string[] }
  | { readonly kind: 'answer' }
  | { readonly kind: 'failed-answer' }
  | { readonly kind: 'compacted'; readonly kept: ReadonlySet<string> }
  | { readonly kind: 'turn-ended' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'other' };

// The ledger's ids, in the only form that counts. Bodies cannot hold it: they are defused before delivery.
const MARKER = /\[orc:([A-Za-z0-9][A-Za-z0-9._:/-]{0,127})\]/g;
const INTERRUPTED = '[Request interrupted by user';
// What a local command or the shell mode printed quotes whatever it likes, markers included.
const LOCAL_OUTPUT = /^\s*<(local-command-|bash-|command-)/;

/** The ids of all markers in a text, each once. */
function idsIn(text: string): string[] {
  if (!text.includes('[orc:')) return [];
  return [...new Set([...text.matchAll(MARKER)].map(([, id]) => id as string))];
}

/**
 * Reads one record. Only the shapes that prove something mean something; everything else, and every type of
 * record that a later client may bring, is `other`.
 */
export function meaningOf(record: JsonObject): Meaning {
  switch (record['type']) {
    case 'attachment':
      return meaningOfAttachment(objectAt(record, 'attachment'));
    case 'queue-operation':
      return meaningOfQueueOperation(record);
    case 'user':
      return meaningOfUser(record);
    case 'api-request-blob':
      return {
        kind: 'enclosed',
        hash: textAt(record, 'hash') ?? '',
        ids: idsIn(textOf(objectAt(record, 'message')['content'])),
      };
    case 'api-request':
      return { kind: 'request', id: textAt(record, 'id') ?? '', hashes: textsAt(record, 'tail') };
    case 'assistant':
      return meaningOfAssistant(record);
    case 'system':
      return meaningOfSystem(record);
    default:
      return { kind: 'other' };
  }
}

function meaningOfAttachment(attachment: JsonObject): Meaning {
  switch (attachment['type']) {
    case 'hook_success':
      return { kind: 'received', ids: idsIn(textAt(attachment, 'stdout') ?? '') };
    case 'hook_additional_context':
      return accepted(attachment['content']);
    case 'hook_blocking_error':
      return accepted(objectAt(attachment, 'blockingError')['blockingError']);
    case 'queued_command': // joined the running turn
      return accepted(attachment['prompt']);
    default:
      return { kind: 'other' };
  }
}

function accepted(content: unknown): Meaning {
  return { kind: 'accepted', ids: idsIn(textOf(content)), isPrompt: false };
}

function meaningOfQueueOperation(record: JsonObject): Meaning {
  const ids = idsIn(textAt(record, 'content') ?? '');
  switch (record['operation']) {
    case 'enqueue':
      return { kind: 'queued', ids };
    case 'remove':
    case 'popAll':
      return record['reason'] === 'absorbed_mid_turn' ? { kind: 'other' } : { kind: 'unqueued', ids };
    default:
      return { kind: 'other' };
  }
}

function meaningOfUser(record: JsonObject): Meaning {
  const content = objectAt(record, 'message')['content'];
  if (Array.isArray(content) && content.some((block) => isObject(block) && block['type'] === 'tool_result'))
    return { kind: 'other' };
  const text = textOf(content);
  if (text.startsWith(INTERRUPTED)) return { kind: 'interrupted' };
  const isQuoting = record['isCompactSummary'] === true || LOCAL_OUTPUT.test(text);
  // What the client puts in by itself, such as a stop hook's reason, says nothing about where a turn began.
  return { kind: 'accepted', ids: isQuoting ? [] : idsIn(text), isPrompt: record['isMeta'] !== true };
}

function meaningOfAssistant(record: JsonObject): Meaning {
  if (record['isApiErrorMessage'] === true) return { kind: 'failed-answer' };
  const isSynthetic = objectAt(record, 'message')['model'] === '<synthetic>';
  return { kind: isSynthetic ? 'other' : 'answer' };
}

function meaningOfSystem(record: JsonObject): Meaning {
  switch (record['subtype']) {
    case 'turn_duration':
      return { kind: 'turn-ended' };
    case 'compact_boundary': {
      const kept = objectAt(objectAt(record, 'compactMetadata'), 'preservedMessages');
      return { kind: 'compacted', kept: new Set([...textsAt(kept, 'allUuids'), ...textsAt(kept, 'uuids')]) };
    }
    default:
      return { kind: 'other' };
  }
}

/** A content is a text, a list of texts, or a list of blocks of which the text ones count. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block: unknown) => (isObject(block) && block['type'] === 'text' ? textAt(block, 'text') : block))
    .filter((text) => typeof text === 'string')
    .join('\n');
}
