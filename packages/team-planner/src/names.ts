/** How names are compared: without case, blanks and punctuation, so `Code_Reviewer` is `code-reviewer`. */
export function nameKey(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

const GUESS_CHARACTERS_MAX = 60;

/** The nearest of the choices, when it is near enough to have been meant. */
export function findNearest(text: string, choices: readonly string[]): string | undefined {
  const wanted = nameKey(text).slice(0, GUESS_CHARACTERS_MAX);
  if (wanted === '') return undefined;
  let best: { readonly choice: string; readonly distance: number } | undefined;
  for (const choice of choices) {
    const distance = distanceOf(wanted, nameKey(choice));
    if (!best || distance < best.distance) best = { choice, distance };
  }
  return best && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.choice : undefined;
}

/** Insertions, deletions and replacements that make one text of the other. */
function distanceOf(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
