/** How much of lists and running text is shown; each further step shows less. */
export interface Room {
  readonly itemsMax: number;
  readonly textCharactersMax: number;
  readonly lineCharactersMax: number;
}

const STEPS: readonly [Room, ...Room[]] = [
  { itemsMax: 40, textCharactersMax: 2_500, lineCharactersMax: 400 },
  { itemsMax: 20, textCharactersMax: 1_500, lineCharactersMax: 300 },
  { itemsMax: 12, textCharactersMax: 900, lineCharactersMax: 220 },
  { itemsMax: 8, textCharactersMax: 450, lineCharactersMax: 160 },
  { itemsMax: 5, textCharactersMax: 250, lineCharactersMax: 120 },
  { itemsMax: 3, textCharactersMax: 150, lineCharactersMax: 90 },
  { itemsMax: 1, textCharactersMax: 80, lineCharactersMax: 60 },
];

/** The fullest version of a text that is not longer than the limit. */
export function fitText(charactersMax: number, write: (room: Room) => string): string {
  let text = '';
  for (const room of STEPS) {
    text = write(room);
    if (text.length <= charactersMax) return text;
  }
  // Only names that are absurdly long lead here: the words of the templates alone always fit.
  return cutWords(text, charactersMax);
}

const CONTROL_PICTURES = 0x2400;

/**
 * Text that can be shown anywhere: control characters other than newline and tab become visible, and nothing
 * looks like the first line of a message, which is what evidence of delivery is read from.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/\p{Surrogate}/gu, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\p{Control}/gu, (character) => {
      const code = character.charCodeAt(0);
      if (character === '\n' || character === '\t') return character;
      return code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : '\u2421';
    })
    .replaceAll(/\[(?=orc:)/gi, '(');
}

/** Cut between two words; a word that does not fit alone is left out, since half a path or id is a wrong one. */
export function cutWords(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const kept = text.slice(0, Math.max(0, charactersMax - 1));
  const isBetween = /\s/.test(text[kept.length] ?? ' ');
  const whole = isBetween ? kept : kept.replace(/\S+$/, '');
  return `${whole.trimEnd()}…`;
}

/** On one line. */
export function lineText(text: string, charactersMax: number): string {
  return cutWords(plainText(text).replaceAll(/\s+/g, ' ').trim(), charactersMax);
}

const NAME_CHARACTERS_MAX = 120;
const PATH_CHARACTERS_MAX = 500;

/** An id, role or branch: whole, or not at all. */
export function nameText(name: string, charactersMax = NAME_CHARACTERS_MAX): string {
  const line = plainText(name).replaceAll(/\s+/g, ' ').trim();
  return line.length <= charactersMax ? line : '(a name that is too long to show)';
}

/** The same for a path. */
export function pathText(path: string): string {
  return nameText(path, PATH_CHARACTERS_MAX);
}

/** Running text of several lines. */
export function bodyText(text: string, { textCharactersMax }: Room): string {
  return cutWords(plainText(text).trim(), textCharactersMax);
}

/** As a list; what does not fit is counted. */
export function listText(items: readonly string[], { itemsMax, lineCharactersMax }: Room): string[] {
  const written = items.map((item) => lineText(item, lineCharactersMax)).filter((item) => item !== '');
  const shown = written.slice(0, itemsMax).map((item) => `- ${item}`);
  const left = written.length - shown.length;
  return left > 0 ? [...shown, `- … and ${left} more`] : shown;
}

/** A heading and its lines, or nothing when there is no line. */
export function block(heading: string, lines: readonly (string | null | undefined | false)[]): string {
  const written = lines.filter((line): line is string => typeof line === 'string' && line !== '');
  return written.length === 0 ? '' : [heading, ...written].join('\n');
}

export function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter((each) => each !== '').join('\n\n');
}
