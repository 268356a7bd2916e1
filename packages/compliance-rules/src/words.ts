/** What is looked at of one text; what comes later changes no hint. */
const CHARACTERS_MAX = 65_536;
/** A negation this many words before takes a phrase back: "there is no need to skip tests". */
const GUARD_WORDS = 4;
const NEGATIONS = new Set([
  ...[
    'not',
    'no',
    'never',
    'without',
    'nothing',
    'nobody',
    'none',
    'neither',
    'nor',
    'cannot',
    'avoid',
    'stop',
  ],
  ...["don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "weren't", "won't", "can't", "shouldn't"],
  ...["mustn't", "couldn't", "wouldn't", "haven't", "hasn't"],
]);

/** Whole words in lower case, in order. Code and quoted lines are not what the writer says. */
export function wordsOf(text: string): string[] {
  return (
    text
      .slice(0, CHARACTERS_MAX)
      .replaceAll(/^ {0,3}(```|~~~)[^]*?(?:^ {0,3}\1|$(?![^]))/gm, ' ')
      .replaceAll(/^[ \t]*>.*$/gm, ' ')
      .replaceAll(/`[^`\n]*`/g, ' ')
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}]+(?:'\p{L}+)*/gu) ?? []
  );
}

/** The first of the phrases that stands in the text, word for word, and is not taken back by a negation. */
export function findPhrase(text: string, phrases: readonly string[]): string | undefined {
  const words = wordsOf(text);
  return phrases.find((phrase) => {
    const wanted = wordsOf(phrase);
    return wanted.length > 0 && words.some((_, at) => isSaid(words, at, wanted));
  });
}

function isSaid(words: readonly string[], at: number, wanted: readonly string[]): boolean {
  if (!wanted.every((word, index) => words[at + index] === word)) return false;
  return !words.slice(Math.max(0, at - GUARD_WORDS), at).some((word) => NEGATIONS.has(word));
}

/** True when the text has words, and none that is not in the list. */
export function hasOnlyWords(text: string, list: readonly string[]): boolean {
  const words = wordsOf(text);
  const known = new Set(list.flatMap(wordsOf));
  return words.length > 0 && words.every((word) => known.has(word));
}
