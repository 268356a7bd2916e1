/** One line of a specification, by what it is. */
export type SpecLine = { readonly line: number } & (
  | { readonly type: 'blank' }
  | { readonly type: 'heading'; readonly level: number; readonly text: string }
  | {
      readonly type: 'item';
      readonly indent: number;
      readonly ordinal: number | null;
      readonly text: string;
    }
  | { readonly type: 'text'; readonly indent: number; readonly text: string; readonly isCode: boolean }
);

const TAGS =
  /<(\/?)(h[1-6]|li|br|p|div|ul|ol|span|b|i|em|strong|a|img|table|thead|tbody|tr|td|th|hr|section|article|main|body|html|head|title|summary|details|sub|sup|small|center|input)\b[^<>]*>/gi;
const FRONT_MATTER_LINES_MAX = 100;
/** A longer line is running text, whatever it begins with: nobody writes a list item of that length. */
export const STRUCTURED_CHARACTERS_MAX = 4_000;

/** The text with Unix line ends and without control characters, comments and the usual markup of HTML. */
export function cleanText(text: string): string {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/\p{Control}/gu, (character) => (character === '\n' || character === '\t' ? character : ' '));
  return withoutComments(plain).replaceAll(TAGS, (_tag, closing: string, name: string) => {
    const tag = name.toLowerCase();
    if (/^h[1-6]$/.test(tag)) return closing ? '\n' : `\n${'#'.repeat(Number(tag[1]))} `;
    if (tag === 'li') return closing ? '' : '\n- ';
    return /^(br|p|div|ul|ol|tr|table|section|article)$/.test(tag) ? '\n' : '';
  });
}

/** A search that could restart at every "<!--" would take quadratic time on a hostile text. */
function withoutComments(text: string): string {
  let kept = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf('<!--', from);
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4);
    if (end < 0) return kept + text.slice(from);
    kept += text.slice(from, start);
    from = end + 3;
  }
}

/** The lines between the `---` at the very beginning, and how many lines they take with their marks. */
export function readFrontMatter(lines: readonly string[]): {
  readonly lines: readonly string[];
  readonly length: number;
} {
  if (lines[0]?.trimEnd() !== '---') return { lines: [], length: 0 };
  const end = lines.slice(1, FRONT_MATTER_LINES_MAX).findIndex((line) => line.trimEnd() === '---');
  const inside = end < 0 ? [] : lines.slice(1, end + 1);
  // A rule at the top of a text is no front matter: what follows must look like fields.
  const isFields = inside.length > 0 && inside.every((line) => /^(\s|#|$|[\w-]+\s*:)/.test(line));
  return isFields ? { lines: inside, length: inside.length + 2 } : { lines: [], length: 0 };
}

/** Reads lines outside fenced code; what is inside becomes running text. */
export function readLines(lines: readonly string[], firstLine = 1): SpecLine[] {
  const read: SpecLine[] = [];
  let fence: string | undefined;
  lines.forEach((raw, index) => {
    const line = index + firstLine;
    const mark = /^\s{0,12}(```+|~~~+)/.exec(raw)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark.slice(0, 3) : undefined;
      return;
    }
    if (fence !== undefined) {
      read.push({ type: 'text', line, indent: indentOf(raw), text: raw.trim(), isCode: true });
      return;
    }
    const underlined = readUnderline(raw, read.at(-1), line);
    if (underlined) read.splice(-1, 1, underlined);
    else read.push(readLine(raw, line));
  });
  return read;
}

function readLine(raw: string, line: number): SpecLine {
  const text = raw.trim();
  if (text === '') return { type: 'blank', line };
  const indent = indentOf(raw);
  if (raw.length > STRUCTURED_CHARACTERS_MAX) return { type: 'text', line, indent, text, isCode: false };
  // A rule, or the line under the head of a table.
  if (/^([-*_|]\s?){3,}$/.test(text) || /^\|?[\s:|-]{3,}\|$/.test(text)) return { type: 'blank', line };
  const heading = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(raw);
  if (heading)
    return { type: 'heading', line, level: heading[1]?.length ?? 1, text: withoutClosing(heading[2] ?? '') };
  const bullet = /^(?:[-*+•‣▪]|[–—](?=\s))\s+(.*)$/.exec(text);
  if (bullet) return { type: 'item', line, indent, ordinal: null, text: bullet[1] ?? '' };
  const numbered = /^(\d{1,6})[.)]\s+(.*)$/.exec(text);
  if (numbered) return { type: 'item', line, indent, ordinal: Number(numbered[1]), text: numbered[2] ?? '' };
  return { type: 'text', line, indent, text, isCode: false };
}

/** A line of text with `===` or `---` under it is a heading. */
function readUnderline(raw: string, before: SpecLine | undefined, line: number): SpecLine | undefined {
  const mark = /^ {0,3}(=+|-{2,})\s*$/.exec(raw.slice(0, STRUCTURED_CHARACTERS_MAX))?.[1];
  if (
    mark === undefined ||
    before?.type !== 'text' ||
    before.isCode ||
    before.indent > 3 ||
    before.line !== line - 1
  )
    return undefined;
  return { type: 'heading', line: before.line, level: mark.startsWith('=') ? 1 : 2, text: before.text };
}

/** Drops the closing marks of `## Title ##`. */
function withoutClosing(text: string): string {
  const trimmed = text.trimEnd();
  const bare = trimmed.replace(/#+$/, '');
  return bare === trimmed || /\s$/.test(bare) ? bare.trimEnd() : trimmed;
}

function indentOf(raw: string): number {
  let columns = 0;
  for (const character of raw) {
    if (character === ' ' || character === '\u00A0') columns += 1;
    else if (character === '\t') columns += 4 - (columns % 4);
    else break;
  }
  return columns;
}
