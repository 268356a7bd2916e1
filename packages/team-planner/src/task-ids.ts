const SMALL_WORDS = new Set([
  'a',
  'an',
  'and',
  'as',
  'at',
  'by',
  'for',
  'from',
  'in',
  'of',
  'on',
  'or',
  'the',
  'to',
  'with',
]);

/** `t-01-parse-input`: the place of a task and what of its title fits. Holds a-z, 0-9 and single hyphens. */
export function taskIds(titles: readonly string[], charactersMax: number): string[] {
  const digits = Math.max(2, String(titles.length).length);
  return titles.map((title, index) => {
    const start = `t-${String(index + 1).padStart(digits, '0')}`;
    const words = title
      .normalize('NFKD')
      .replaceAll(/\p{M}+/gu, '')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== '' && !SMALL_WORDS.has(word));
    let id = start;
    for (const word of words) {
      if (`${id}-${word}`.length > charactersMax) break;
      id += `-${word}`;
    }
    // A first word that is too long is cut, so that the id still says something.
    return id === start && words[0] !== undefined
      ? `${id}-${words[0]}`.slice(0, charactersMax).replace(/-+$/, '')
      : id;
  });
}
