import { wordsOf } from './words.ts';

const HEADING =
  /^ {0,3}(STATUS|TASK|COMPLETE|COMPLETED|COMPLETION|BLOCKED|FAILURE|FAILED|QUESTION|HANDOFF|ESCALATION)\b/;

/** What a text itself says of its form. It is read to 64 KiB. */
export function readText(body: string): { readonly headings: number; readonly words: number } {
  const found = body
    .slice(0, 65_536)
    .split('\n')
    .map((line) => HEADING.exec(line)?.[1])
    .filter((heading) => heading !== undefined);
  return { headings: new Set(found).size, words: wordsOf(body).length };
}
