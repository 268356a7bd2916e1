import { criticalFrom } from './priority.ts';
import type { QueueSettings } from './config.ts';
import { errors } from './errors.ts';
import type { EvidenceStep, SendInput } from './types.ts';

/** A message as it was asked for, every shape checked and every default filled in. */
export interface Draft {
  readonly id: string | undefined;
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
  readonly priority: number;
  readonly body: string;
  readonly tags: readonly string[];
  readonly after: readonly string[];
  readonly topic: string | null;
  readonly inReplyTo: string | null;
  readonly expectReplyMs: number | null;
}

// No shape admits a space, a bracket or a control character: these words stand in the first line that a
// recipient reads, `[orc:<id>] <kind> from <sender>`, and must not be able to forge one.
const shapes = {
  id: { pattern: /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/, expected: 'up to 64 letters, digits and . _ : / -' },
  address: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$/,
    expected: 'up to 100 letters, digits and . _ : @ / -',
  },
  word: {
    pattern: /^[A-Za-z][A-Za-z0-9._-]{0,39}$/,
    expected: 'a letter, then up to 39 letters, digits and . _ -',
  },
  tag: {
    pattern: /^[A-Za-z0-9_][A-Za-z0-9._:=/+-]{0,99}$/,
    expected: 'up to 100 letters, digits and . _ : = / + -',
  },
} as const;

const listMax = 100;
const yearMs = 365 * 24 * 3_600_000;

function parseShape(shape: keyof typeof shapes, field: string, value: unknown): string {
  const { pattern, expected } = shapes[shape];
  if (typeof value !== 'string' || !pattern.test(value)) throw errors.badInput(field, value, expected);
  return value;
}

export const parseId = (field: string, value: unknown) => parseShape('id', field, value);
export const parseAddress = (field: string, value: unknown) => parseShape('address', field, value);
export const parseWord = (field: string, value: unknown) => parseShape('word', field, value);

export function parseWhole(field: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw errors.badInput(field, value, `a whole number from ${min} to ${max}`);
  return value;
}

/** A point in time; seconds instead of milliseconds are caught by nothing, dates as text are caught here. */
export const parseTime = (field: string, value: unknown) =>
  parseWhole(field, value, 0, 8_640_000_000_000_000);

const steps: readonly unknown[] = [
  'printed',
  'received',
  'accepted',
  'sent',
  'answered',
] satisfies EvidenceStep[];

export function parseStep(value: unknown): EvidenceStep {
  if (!steps.includes(value)) throw errors.badInput('step', value, `one of ${steps.join(', ')}`);
  return value as EvidenceStep;
}

/** How strong a step is; -1 for none. */
export const rankOf = (step: EvidenceStep | null): number => steps.indexOf(step);

/** Free text of a known size that every terminal, JSON reader and database gives back as it was. */
export function parseText(field: string, value: unknown, bytesMax: number): string {
  if (typeof value !== 'string') throw errors.badInput(field, value, 'text');
  if (value.includes('\0')) throw errors.badText(field, 'a NUL character');
  if (/[\ud800-\udfff]/u.test(value)) throw errors.badText(field, 'half of a surrogate pair');
  const bytes = Buffer.byteLength(value);
  if (bytes > bytesMax) throw errors.bodyTooLong(bytes, bytesMax);
  return value;
}

/** Short text for people: a reason, the name of a worker. Not empty, at most 4096 bytes. */
export function parseReason(field: string, value: unknown): string {
  const text = parseText(field, value, 4_096);
  if (text.trim() === '') throw errors.badInput(field, value, 'text with something in it');
  return text;
}

function parsePriorityNumber(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 999)
    throw errors.badPriority(value);
  return value;
}

function parseList(shape: 'id' | 'tag', field: string, value: unknown): string[] {
  if (!Array.isArray(value) || value.length > listMax)
    throw errors.badInput(field, value, `a list of at most ${listMax} entries`);
  return [...new Set(value.map((entry, index) => parseShape(shape, `${field}[${index}]`, entry)))];
}

/** @throws one of the ORC_QUEUE codes for a message that nobody should ever be sent */
export function parseDraft(input: SendInput, settings: QueueSettings): Draft {
  const sender = parseAddress('sender', input.sender);
  const recipient = parseAddress('recipient', input.recipient);
  if (sender === recipient) throw errors.selfSend(sender);
  const body = parseText('body', input.body, settings.bodyBytesMax);
  if (body.trim() === '') throw errors.emptyBody();
  return {
    id: input.id === undefined ? undefined : parseId('id', input.id),
    sender,
    recipient,
    kind: parseWord('kind', input.kind ?? 'note'),
    priority: parsePriorityNumber(input.priority ?? 5),
    body,
    tags: parseList('tag', 'tags', input.tags ?? []),
    after: parseList('id', 'after', input.after ?? []),
    topic: input.topic == null ? null : parseShape('tag', 'topic', input.topic),
    inReplyTo: input.inReplyTo == null ? null : parseId('inReplyTo', input.inReplyTo),
    expectReplyMs:
      input.expectReplyMs == null ? null : parseWhole('expectReplyMs', input.expectReplyMs, 1, yearMs),
  };
}

export const passesFullQueue = (priority: number): boolean => priority >= criticalFrom;
