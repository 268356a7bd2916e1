import { newId } from '@orc/contracts';
import type { Message } from '@orc/queue';
import type { Parts } from '../parts.ts';

const URGENT_PRIORITY = 30;
const USUAL_PRIORITY = 10;
const URGENT: ReadonlySet<string> = new Set(['failure', 'blocked']);

export interface Report {
  readonly sender: string;
  readonly recipient: string;
  readonly kind: string;
  readonly text: string;
  readonly tags?: string[];
}

/** Sends what somebody has to say about work; what stands in the way goes ahead of what went well. */
export function sendReport(
  { queue }: Pick<Parts, 'queue'>,
  { sender, recipient, kind, text, tags }: Report,
): Message {
  return queue.send({
    id: newId('m'),
    sender,
    recipient,
    kind,
    priority: URGENT.has(kind) ? URGENT_PRIORITY : USUAL_PRIORITY,
    body: text,
    ...(tags !== undefined && { tags }),
  });
}
