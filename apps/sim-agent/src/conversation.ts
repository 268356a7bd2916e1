import type { Body } from './records.ts';

/** What is new to the model since its last answer. */
export interface News {
  /** Prompts, injected contexts and wakes, without the client's envelopes, in the order of their arrival. */
  readonly texts: readonly string[];
  readonly results: ReadonlyMap<string, { readonly isError: boolean; readonly content: string }>;
}

/**
 * The conversation as far as it matters: what has not been sent, and what has not been answered. A request that
 * failed leaves its messages unanswered, and they are part of the next one.
 */
export interface Conversation {
  addUser(text: string, raw: string): void;
  /** Text of a hook. Several before one request are one message. */
  addSystem(text: string, raw: string): void;
  addToolResult(toolUseId: string, content: string, isError: boolean): void;
  addAssistant(text: string): void;
  /** The messages that no request has carried yet, and counts them as sent. */
  takeUnsent(): Body[];
  news(): News;
  /** Everything so far has been answered. */
  markAnswered(): void;
  /** Remembers how it is now; what is returned brings that back. */
  mark(): () => void;
  /** After a compaction the window is nearly empty; what was not answered yet is still to be. */
  shrink(): void;
  /** After /clear nothing is left. */
  clear(): void;
  readonly characters: number;
}

export function createConversation(initialCharacters = 0): Conversation {
  let unsent: Body[] = [];
  let system: string[] = [];
  let texts: string[] = [];
  let results = new Map<string, { isError: boolean; content: string }>();
  let characters = initialCharacters;
  const flushSystem = () => {
    if (system.length === 0) return;
    unsent.push({ role: 'system', content: [{ type: 'text', text: system.join('\n\n') }] });
    system = [];
  };
  const count = (text: string) => (characters += text.length);
  return {
    addUser(text, raw) {
      flushSystem();
      count(text);
      texts.push(raw);
      unsent.push({ role: 'user', content: [{ type: 'text', text }] });
    },
    addSystem(text, raw) {
      count(text);
      texts.push(raw);
      system.push(text);
    },
    addToolResult(toolUseId, content, isError) {
      flushSystem();
      count(content);
      results.set(toolUseId, { isError, content });
      const block = { tool_use_id: toolUseId, type: 'tool_result', content, is_error: isError };
      unsent.push({ role: 'user', content: [block] });
    },
    addAssistant: count,
    takeUnsent() {
      flushSystem();
      const messages = unsent;
      unsent = [];
      return messages;
    },
    news: () => ({ texts, results }),
    markAnswered() {
      texts = [];
      results = new Map();
    },
    mark() {
      const before = {
        unsent: [...unsent],
        system: [...system],
        texts: [...texts],
        results: new Map(results),
      };
      return () => {
        ({ unsent, system, texts, results } = before);
      };
    },
    shrink() {
      characters = 0;
    },
    clear() {
      characters = 0;
      unsent = [];
      system = [];
      texts = [];
      results = new Map();
    },
    get characters() {
      return characters;
    },
  };
}
