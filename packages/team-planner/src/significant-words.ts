/** Words that say what is done rather than to what, and those that say nothing. */
const COMMON = new Set(
  `a add all an and any are as at be build by can check code complete configure cover covers create define develop each every
  fix for from full has have implement in integration into is it its make new of on or our plan provide run set setup should
  step suite support task test tests that the their them these this to unit up update use using verify when whole with work
  write`
    .split(/\s+/)
    .map(stem),
);

/** What a title is about, without endings: "Tests for the parsers" and "Write the parser" share `parser`. */
export function significantWords(text: string): Set<string> {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1)
    .map(stem);
  return new Set(words.filter((word) => !COMMON.has(word)));
}

/** Cuts the usual endings; only ever compared with itself, so it need not be a word. */
function stem(word: string): string {
  if (word.length <= 4) return word.replace(/s$/, '');
  return word.replace(/(?:ions?|ings?|ers?|ors?|ed|es|s|e)$/, '');
}
