interface Block {
  readonly text?: string;
  readonly content?: string | readonly Block[];
}

interface WireMessage {
  readonly role: string;
  readonly content: string | readonly Block[];
}

/** What the client posts, as far as it is read here. */
export interface RequestBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly tools?: readonly unknown[];
  readonly messages?: readonly WireMessage[];
}

/** One request as the model would read it. */
export interface ModelRequest {
  /** 1 for the first. */
  readonly number: number;
  /** When it arrived, in ms since 1970. */
  readonly at: number;
  /** `main` is a conversation's own loop; titles and checks are `side`, compaction is `summary`. */
  readonly kind: 'main' | 'side' | 'summary';
  /** The first message of the conversation: tells the agents apart. */
  readonly opening: string;
  /** What was added since the model's last answer. */
  readonly fresh: string;
  /** Everything in the model's context. */
  readonly whole: string;
  /** How many answers of the model the conversation holds already. */
  readonly answers: number;
}

export function readRequest(body: RequestBody, number: number, at: number): ModelRequest {
  const messages = body.messages ?? [];
  const answers = messages.filter(({ role }) => role === 'assistant').length;
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  const fresh = textOf(messages.slice(last + 1));
  return {
    number,
    at,
    kind: kindOf(body, fresh),
    opening: textOf(
      messages.slice(
        0,
        Math.max(
          1,
          messages.findIndex(({ role }) => role === 'assistant'),
        ),
      ),
    ),
    fresh,
    whole: textOf(messages),
    answers,
  };
}

function kindOf(body: RequestBody, fresh: string): ModelRequest['kind'] {
  if (/detailed summary of (?:the|this) conversation|CRITICAL: Respond with TEXT ONLY/i.test(fresh))
    return 'summary';
  return body.tools === undefined || body.tools.length === 0 ? 'side' : 'main';
}

function textOf(messages: readonly WireMessage[]): string {
  return messages.map(({ content }) => contentText(content)).join('\n');
}

function contentText(content: string | readonly Block[]): string {
  if (typeof content === 'string') return content;
  return content
    .map(({ text, content: inner }) => text ?? (inner === undefined ? '' : contentText(inner)))
    .join('\n');
}
