import type { Catalogue } from './catalogue.ts';
import { nameKey } from './names.ts';
import type { SectionKind, SpecSection } from './spec-types.ts';

export interface Heading {
  readonly title: string;
  readonly kind: SectionKind;
  readonly order: SpecSection['order'];
}

/** Reads headings with the words of a catalogue, which are prepared once: a text can have very many headings. */
export interface HeadingReader {
  /** What the words of a heading say about the lists under it. */
  read(text: string): Heading;
  /** True for a line such as "Acceptance criteria:" that announces a list, though it is no heading. */
  isLabel(text: string): boolean;
}

const NUMBER = /^(?:\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+)\s+/;
const TITLE_CHARACTERS_MAX = 300;

export function createHeadingReader({ specWords }: Pick<Catalogue, 'specWords'>): HeadingReader {
  const keysOf = (words: readonly string[]) => new Set(words.map(nameKey));
  const context = keysOf(specWords.context);
  const criteria = keysOf(specWords.criteria);
  const requirements = keysOf(specWords.requirements);
  const deliverables = keysOf(specWords.deliverables);
  const phrases = specWords.criteria.filter((word) => word.includes(' ')).map((word) => `${word} `);
  const ordered = new RegExp(
    `^(?:${specWords.ordered.map(escape).join('|')})\\s+(?:\\d+|[ivx]+|one|two|three|four|five|six)\\b`,
    'i',
  );
  const kindOf = (title: string): SectionKind => {
    const key = nameKey(title);
    const lower = title.toLowerCase();
    if (criteria.has(key) || phrases.some((phrase) => lower.startsWith(phrase))) return 'criteria';
    if (deliverables.has(key)) return 'deliverables';
    if (requirements.has(key) || lower.endsWith(' requirements')) return 'requirements';
    const parts = title.split(/\s+(?:and|&)\s+|\s*\/\s*/i);
    return parts.every((part) => context.has(nameKey(part))) ? 'context' : 'work';
  };
  return {
    read(text) {
      const title = text.replaceAll('**', '').replace(/:$/, '').trim().slice(0, TITLE_CHARACTERS_MAX);
      const bare = title.replace(NUMBER, '');
      const order = ordered.test(bare) ? 'phase' : bare === title ? null : 'number';
      return { title, kind: kindOf(bare), order };
    },
    isLabel(text) {
      const key = nameKey(text);
      return criteria.has(key) || requirements.has(key) || deliverables.has(key);
    },
  };
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
