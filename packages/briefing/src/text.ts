/** The longest text an agent is told at once. The client cuts what is longer than 10 000. */
export const CHARACTERS_MAX = 9_000;

/** At most so many items as a list, and a word on how many were left out. */
export function list(items: readonly string[], itemsMax: number): string[] {
  const shown = items.slice(0, itemsMax).map((item) => `- ${shorten(item, 300)}`);
  return items.length > itemsMax ? [...shown, `- … and ${items.length - itemsMax} more`] : shown;
}

/** Cuts at the end of a word. */
export function shorten(text: string, charactersMax: number): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  if (flat.length <= charactersMax) return flat;
  const cut = flat.slice(0, charactersMax - 2);
  const space = cut.lastIndexOf(' ');
  return `${space > charactersMax / 2 ? cut.slice(0, space) : cut} …`;
}

/** Paragraphs in the order of their weight: the last ones are left out first where there is no room. */
export function join(paragraphs: readonly (readonly string[])[]): string {
  let text = '';
  for (const paragraph of paragraphs) {
    const next = paragraph.join('\n');
    if (next === '') continue;
    const longer = text === '' ? next : `${text}\n\n${next}`;
    if (longer.length > CHARACTERS_MAX) break;
    text = longer;
  }
  return text;
}
