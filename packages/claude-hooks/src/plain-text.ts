/**
 * Text that can be put in front of a model or on a screen: control characters other than newline and tab are
 * shown as pictures, halves of characters are dropped, and nothing in it looks like the first line of a
 * message, which is what evidence is read from.
 */
export function plainText(text: string): string {
  return (
    text
      // First, because what is dropped here could join the parts of what is looked for below.
      .replaceAll(/\p{Surrogate}/gu, '')
      .replaceAll('\r\n', '\n')
      .replaceAll(/\p{Control}/gu, picture)
      .replaceAll(/\[(?=orc:)/gi, '(')
  );
}

/** The same on one line, for the parts of a first line. */
export function oneLine(text: string, charactersMax: number): string {
  return cut(plainText(text).replaceAll(/\s+/g, ' ').trim(), charactersMax);
}

/** At most that many UTF-16 units, no character halved; ends with an ellipsis when something is missing. */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const kept = text.slice(0, Math.max(0, charactersMax - 1));
  return `${kept.replace(/[\uD800-\uDBFF]$/, '')}…`.slice(0, charactersMax);
}

const DELETE = 0x7f;
const ESCAPE_PICTURE = '\u241B';

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '\n' || character === '\t') return character;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === DELETE) return '\u2421';
  // The second control block is what a terminal also takes as escape plus a letter.
  return ESCAPE_PICTURE + String.fromCharCode(code - 0x40);
}
