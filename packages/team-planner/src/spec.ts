import { loadCatalogue, type Catalogue } from './catalogue.ts';
import { errors } from './errors.ts';
import { createHeadingReader, type Heading } from './spec-headings.ts';
import { createItemCollector, type ItemCollector } from './spec-items.ts';
import { cleanText, readFrontMatter, readLines, type SpecLine } from './spec-lines.ts';
import { plainInline } from './spec-markers.ts';
import type { SectionKind, Spec, SpecItem, SpecSection } from './spec-types.ts';

const CHARACTERS_MAX = 4_000_000;
const TITLE_CHARACTERS_MAX = 120;
const KNOWN_FIELDS = new Set(['project', 'target', 'type', 'title', 'name', 'goal', 'owner', 'deadline']);
const LABEL = /^\**([A-Za-z][A-Za-z0-9 _/&-]{1,40}?)\**[ ]?:\**(?:\s+(.*))?$/;
const BOLD_LINE = /^\*\*([^*]{2,160})\*\*:?$/;

/**
 * Takes a specification apart: title, fields, sections, and list items with their checkboxes, roles,
 * dependencies and priorities. Any text is read; what has no form is running text.
 *
 * @throws ORC_PLANNER_EMPTY_SPEC, ORC_PLANNER_SPEC_TOO_LONG
 */
export function parseSpec(
  text: string,
  { catalogue = loadCatalogue() }: { readonly catalogue?: Catalogue } = {},
): Spec {
  if (text.length > CHARACTERS_MAX) throw errors.specTooLong(text.length, CHARACTERS_MAX);
  const clean = cleanText(text);
  if (!/[\p{L}\p{N}]/u.test(clean)) throw errors.emptySpec();
  const raw = clean.split('\n');
  const front = readFrontMatter(raw);
  const reader = createReader(catalogue);
  for (const line of front.lines) reader.addField(line);
  for (const line of readLines(raw.slice(front.length), front.length + 1)) reader.add(line);
  const { sections, fields } = reader.result();
  const namesOf = (kind: SectionKind) =>
    sections
      .filter((section) => section.kind === kind)
      .flatMap((section) => section.items.map(({ title }) => title));
  const goal =
    sections.map((section) => section.text.split('\n\n')[0] ?? '').find((each) => each !== '') ?? '';
  return {
    title: findTitle(sections, fields, goal).slice(0, TITLE_CHARACTERS_MAX),
    goal,
    fields,
    sections,
    requirements: namesOf('requirements'),
    deliverables: namesOf('deliverables'),
    criteria: namesOf('criteria'),
    text: clean,
  };
}

interface Draft extends Heading {
  readonly level: number;
  readonly isLabel: boolean;
  readonly paragraphs: string[][];
  readonly list: ItemCollector;
}

interface Reader {
  add(line: SpecLine): void;
  addField(line: string): void;
  result(): { readonly sections: SpecSection[]; readonly fields: Record<string, string> };
}

function createReader(catalogue: Catalogue): Reader {
  const fields = new Map<string, string>();
  const headings = createHeadingReader(catalogue);
  const drafts: Draft[] = [];
  const open = (heading: Heading, level: number, isLabel: boolean): Draft => {
    const draft = { ...heading, level, isLabel, paragraphs: [], list: createItemCollector(catalogue) };
    drafts.push(draft);
    return draft;
  };
  let current = open({ title: '', kind: 'work', order: null }, 0, false);
  let headingLevel = 0;
  let before: SpecLine['type'] = 'blank';

  const openLabel = (text: string): Draft =>
    open(headings.read(withoutShouting(text)), headingLevel + 1, true);
  const addText = (section: Draft, line: Extract<SpecLine, { type: 'text' }>): void => {
    if (before !== 'text' || section.paragraphs.length === 0) section.paragraphs.push([]);
    section.paragraphs.at(-1)?.push(line.text);
  };
  /** Reads "NAME: value" at the left edge; true when nothing of the line is left. */
  const takeLabel = (line: Extract<SpecLine, { type: 'text' }>): boolean => {
    const bold = before === 'blank' ? BOLD_LINE.exec(line.text)?.[1] : undefined;
    const [, name, value = ''] = LABEL.exec(line.text.slice(0, 2_000)) ?? [];
    if (name !== undefined && headings.isLabel(name)) {
      current = openLabel(name);
      if (value !== '')
        current.list.add({ type: 'item', line: line.line, indent: 0, ordinal: null, text: value });
      return true;
    }
    const isShouted = name !== undefined && name === name.toUpperCase();
    if (value === '' && (bold !== undefined || isShouted)) {
      current = openLabel(bold ?? name ?? '');
      return true;
    }
    if (name === undefined || value === '' || !(isShouted || KNOWN_FIELDS.has(name.toLowerCase())))
      return false;
    return setField(fields, name, value) && KNOWN_FIELDS.has(name.toLowerCase());
  };
  const add = (line: SpecLine): void => {
    const section = current;
    if (line.type === 'heading') {
      headingLevel = line.level;
      current = open(headings.read(plainInline(line.text)), line.level, false);
    } else if (line.type === 'item') section.list.add(line);
    else if (line.type === 'text' && (line.isCode || line.indent > 1 || !takeLabel(line))) {
      const isBelow = before === 'item' || before === 'text';
      if (!section.list.continueWith(line, isBelow)) {
        section.list.close();
        addText(section, line);
      }
    }
    before = line.type;
  };
  return {
    add,
    addField(line) {
      const [, name, value = ''] = LABEL.exec(line) ?? [];
      if (name !== undefined && value !== '') setField(fields, name, value.replace(/^(["'])(.*)\1$/, '$2'));
    },
    result: () => ({ sections: toSections(drafts), fields: Object.fromEntries(fields) }),
  };
}

/** "DELIVERABLES" is "Deliverables". */
function withoutShouting(text: string): string {
  return text === text.toUpperCase() ? text.charAt(0) + text.slice(1).toLowerCase() : text;
}

/** The first value wins: a later line of that form is more likely an example. */
function setField(fields: Map<string, string>, name: string, value: string): boolean {
  const key = name.trim().toLowerCase();
  if (fields.has(key)) return false;
  fields.set(key, plainInline(value));
  return true;
}

function toSections(drafts: readonly Draft[]): SpecSection[] {
  const titles = drafts.filter(({ level, isLabel }) => level === 1 && !isLabel);
  const title =
    titles.length === 1 && drafts.findIndex(({ level }) => level > 0) === drafts.indexOf(titles[0] as Draft)
      ? titles[0]
      : undefined;
  const sections: SpecSection[] = [];
  const path: SpecSection[] = [];
  drafts.forEach((draft, index) => {
    while (path.length > 0 && (path.at(-1)?.level ?? 0) >= draft.level) path.pop();
    const above = path.at(-1);
    const isTitle = draft === title;
    // What stands under "Out of scope" is out of scope, whatever its own heading; a phase is always work.
    const inherits = draft.kind === 'work' && draft.order !== 'phase' && above !== undefined;
    const section: SpecSection = {
      index,
      parent: above && above.level > 0 ? above.index : null,
      title: draft.title,
      level: draft.level,
      isTitle,
      kind: isTitle ? 'work' : inherits ? above.kind : draft.kind,
      order: isTitle ? null : draft.order,
      text: draft.paragraphs.map((lines) => lines.join('\n')).join('\n\n'),
      items: draft.list.items(),
    };
    sections.push(section);
    if (draft.level > 0) path.push(section);
  });
  return sections;
}

function findTitle(
  sections: readonly SpecSection[],
  fields: Readonly<Record<string, string>>,
  goal: string,
): string {
  const named =
    sections.find(({ isTitle }) => isTitle)?.title ?? fields['project'] ?? fields['title'] ?? fields['name'];
  const first: SpecItem | undefined = sections.flatMap(({ items }) => items)[0];
  const heading = sections.find(({ title, level }) => title !== '' && level > 0)?.title;
  const sentence = plainInline(goal).split(/[.!?](?:\s|$)/)[0];
  return (
    [named, heading, sentence, first?.title].find((each) => each !== undefined && each !== '') ??
    'Specification'
  );
}
