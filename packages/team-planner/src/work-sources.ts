import type { Spec, SpecItem, SpecSection } from './spec-types.ts';

export interface WorkSources {
  /** Sections whose items are tasks. */
  readonly work: readonly SpecSection[];
  /** What the whole must fulfil. */
  readonly criteria: readonly string[];
  /** True when there is no list at all, so that each section is a task. */
  readonly isProse: boolean;
}

/** Introduces the text of an acceptance criterion; without text after it, only the list below. */
export const CRITERIA_LABEL = /^(?:acceptance|success)(?:\s+criteria)?\s*:?\s*/i;

/** What is work: lists of tasks; without them the requirements; without those the deliverables; else the text itself. */
export function findWorkSources(spec: Spec): WorkSources {
  const ofKind = (kind: SpecSection['kind']) => spec.sections.filter((section) => section.kind === kind);
  const listed = (kind: SpecSection['kind']) => ofKind(kind).filter(({ items }) => items.length > 0);
  const textsOf = (kind: SpecSection['kind']) => ofKind(kind).flatMap(({ items }) => criteriaOf(items));
  const criteria = ofKind('criteria')
    .filter((section) => !isUnderWork(spec, section))
    .flatMap(({ items, text }) => (items.length > 0 ? criteriaOf(items) : [text].filter(Boolean)));

  const work = ofKind('work');
  const isListed = work.some(({ items }) => items.length > 0);
  if (isListed || work.some((section) => section.order !== null && hasBody(section))) {
    // A list before the first heading of a text that has others is a list of features, not of tasks.
    const inBody = work.filter((section) => !isFront(section));
    const isBodyListed = inBody.some((section) => section.items.length > 0 || section.order !== null);
    const all = [...textsOf('requirements'), ...textsOf('deliverables'), ...criteria];
    return { work: isBodyListed ? inBody : work, criteria: all, isProse: false };
  }
  if (listed('requirements').length > 0)
    return {
      work: listed('requirements'),
      criteria: [...textsOf('deliverables'), ...criteria],
      isProse: false,
    };
  if (listed('deliverables').length > 0) return { work: listed('deliverables'), criteria, isProse: false };
  const prose = work.filter(hasBody);
  const described = prose.filter((section) => !isFront(section));
  if (prose.length > 0) return { work: described.length > 0 ? described : prose, criteria, isProse: true };
  // Nothing but background, or nothing but criteria: then that is what there is to do.
  return { work: spec.sections.filter(hasBody), criteria: [], isProse: true };
}

/** Items and what is nested in them, one after the other; a bare "Acceptance criteria:" only announces. */
export function criteriaOf(items: readonly SpecItem[]): string[] {
  return items.flatMap(({ title, details, children }) => {
    const text = [title.replace(CRITERIA_LABEL, ''), ...details.split('\n')].filter(Boolean).join(' ');
    return [...(text === '' ? [] : [text]), ...criteriaOf(children)];
  });
}

/** Criteria that stand in a section of their own right under this one. */
export function criteriaUnder(spec: Spec, section: SpecSection): string[] {
  if (isFront(section)) return [];
  return childrenOf(spec, section)
    .filter(({ kind }) => kind === 'criteria')
    .flatMap(({ items, text }) => (items.length > 0 ? criteriaOf(items) : [text].filter(Boolean)));
}

/** True for a section that is a task as a whole. */
export function isOneTask(spec: Spec, section: SpecSection, isProse: boolean): boolean {
  if (section.items.length > 0) return false;
  const children = childrenOf(spec, section);
  if (children.some(({ kind }) => kind === 'work')) return false;
  if (!isFront(section) && children.some(({ kind }) => kind === 'criteria')) return true;
  return section.text !== '' && (isProse || section.order !== null);
}

/** The outermost "Phase n" around a section, else the outermost numbered heading, else the outermost heading. */
export function findPhaseRoot(spec: Spec, section: SpecSection): SpecSection {
  const path: SpecSection[] = [section];
  for (let at = parentOf(spec, section); at && !at.isTitle; at = parentOf(spec, at)) path.unshift(at);
  const ofOrder = (order: SpecSection['order']) => path.find((each) => each.order === order);
  return ofOrder('phase') ?? ofOrder('number') ?? path[0] ?? section;
}

function parentOf({ sections }: Spec, { parent }: SpecSection): SpecSection | undefined {
  return parent === null ? undefined : sections[parent];
}

function childrenOf({ sections }: Spec, { index }: SpecSection): SpecSection[] {
  return sections.filter(({ parent }) => parent === index);
}

function hasBody({ items, text }: SpecSection): boolean {
  return items.length > 0 || text !== '';
}

/** The title of the text and what stands before any heading. */
function isFront({ isTitle, level }: SpecSection): boolean {
  return isTitle || level === 0;
}

function isUnderWork(spec: Spec, section: SpecSection): boolean {
  const parent = parentOf(spec, section);
  return parent?.kind === 'work' && !isFront(parent);
}
