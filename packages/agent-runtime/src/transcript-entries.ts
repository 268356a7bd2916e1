import { isObject, objectAt, textAt, type JsonObject } from './json.ts';

/** One record of a transcript as a person would read it. */
export interface TranscriptEntry {
  /** Milliseconds since 1970, or `null` when the record does not say. */
  readonly at: number | null;
  readonly who: 'user' | 'agent' | 'tool';
  /** What was said, run or printed; several lines perhaps. */
  readonly text: string;
  /** What the agent did with tools here: a command, or a tool and its file. */
  readonly actions: readonly string[];
}

/** What a record shows; nothing for records of the client's own. Takes anything that was a line of JSON. */
export function readTranscriptEntry(record: unknown): TranscriptEntry | undefined {
  if (!isObject(record) || record['isMeta'] === true) return undefined;
  const type = record['type'];
  const at = Date.parse(textAt(record, 'timestamp') ?? '');
  const when = Number.isNaN(at) ? null : at;
  if (type === 'attachment') {
    const text = contextOf(objectAt(record, 'attachment'));
    return text === '' ? undefined : { at: when, who: 'user', text, actions: [] };
  }
  if (type !== 'user' && type !== 'assistant') return undefined;
  const { content } = objectAt(record, 'message');
  const blocks = Array.isArray(content) ? content.filter(isObject) : [{ type: 'text', text: content }];
  const actions = blocks.map(actionOf).filter((action) => action !== '');
  const texts = blocks.map(textOf).filter((text) => text !== '');
  if (texts.length === 0) return undefined;
  const isResult = blocks.some((block) => block['type'] === 'tool_result');
  const who = type === 'assistant' ? 'agent' : isResult ? 'tool' : 'user';
  return { at: when, who, text: texts.join('\n'), actions };
}

function contextOf(attachment: JsonObject): string {
  if (attachment['type'] !== 'hook_additional_context') return '';
  const { content } = attachment;
  const texts: unknown[] = Array.isArray(content) ? content : [content];
  return texts.filter((text) => typeof text === 'string').join('\n');
}

function textOf(block: JsonObject): string {
  if (block['type'] === 'text') return textAt(block, 'text') ?? '';
  if (block['type'] === 'tool_use') return `> ${actionOf(block)}`;
  if (block['type'] !== 'tool_result') return '';
  const { content } = block;
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.filter(isObject).map(textOf).join('\n') : '';
}

function actionOf(block: JsonObject): string {
  if (block['type'] !== 'tool_use') return '';
  const input = objectAt(block, 'input');
  const name = textAt(block, 'name') ?? 'a tool';
  if (name === 'Bash') return textAt(input, 'command') ?? name;
  const about = textAt(input, 'file_path') ?? textAt(input, 'path') ?? textAt(input, 'pattern');
  return about === null ? name : `${name} ${about}`;
}
