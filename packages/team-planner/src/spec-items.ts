import type { Catalogue } from './catalogue.ts';
import type { SpecLine } from './spec-lines.ts';
import { plainInline, readItemField, readMarkers, tidy } from './spec-markers.ts';
import type { SpecItem } from './spec-types.ts';

interface Draft {
  readonly indent: number;
  readonly ordinal: number | null;
  /** The number as it was written, which may be the same for a whole list. */
  readonly written: number | null;
  readonly line: number;
  text: string;
  readonly details: string[];
  readonly children: Draft[];
}

/** Collects the list items of one section, line by line. */
export interface ItemCollector {
  /** The lines of a list belong together until `close`. */
  add(line: Extract<SpecLine, { type: 'item' }>): void;
  /** Takes a line that continues the open item; false when it does not belong to the list. */
  continueWith(line: Extract<SpecLine, { type: 'text' }>, isDirectlyBelow: boolean): boolean;
  close(): void;
  items(): SpecItem[];
}

// Deeper nesting is flattened into this level, so no text can make reading recurse without end.
const DEPTH_MAX = 12;

export function createItemCollector(catalogue: Catalogue): ItemCollector {
  const roots: Draft[] = [];
  let open: Draft[] = [];
  return {
    add({ indent, ordinal, text, line }) {
      while (open.length > 0 && indent < (open.at(-1)?.indent ?? 0) + 2) open.pop();
      open = open.slice(0, DEPTH_MAX);
      const siblings = open.at(-1)?.children ?? roots;
      const item: Draft = {
        indent,
        ordinal: numberAfter(siblings.at(-1), ordinal),
        written: ordinal,
        line,
        text,
        details: [],
        children: [],
      };
      siblings.push(item);
      open.push(item);
    },
    continueWith({ indent, text }, isDirectlyBelow) {
      const current =
        open.findLast((item) => item.indent < indent) ?? (isDirectlyBelow ? open.at(-1) : undefined);
      if (!current) return false;
      // A sentence that was broken for width goes on in lower case, and belongs to the title.
      const goesOn = isDirectlyBelow && current.details.length === 0 && current.children.length === 0;
      if (goesOn && /[^.:;!?]$/.test(current.text) && /^[\p{Ll}\d([`"']/u.test(text))
        current.text += ` ${text}`;
      else current.details.push(text);
      return true;
    },
    close() {
      open = [];
    },
    items: () => roots.map((draft) => toItem(catalogue, draft)).filter(({ title }) => title !== ''),
  };
}

/** Lists whose items are all numbered "1." are numbered by their order, as every reader shows them. */
function numberAfter(before: Draft | undefined, ordinal: number | null): number | null {
  if (ordinal === null) return null;
  return before?.written === ordinal && before.ordinal !== null ? before.ordinal + 1 : ordinal;
}

function toItem(catalogue: Catalogue, draft: Draft): SpecItem {
  const markers = readMarkers(catalogue, draft.text);
  let { roleHint, priority, after } = markers;
  const takeField = (text: string): boolean => {
    const field = readItemField(catalogue, text);
    if (!field) return false;
    roleHint = field.roleHint ?? roleHint;
    priority = field.priority ?? priority;
    after = [...after, ...(field.after ?? [])];
    return true;
  };
  const details = draft.details.filter((line) => !takeField(line));
  const children = draft.children.filter((child) => child.children.length > 0 || !takeField(child.text));
  return {
    ...markers,
    roleHint,
    priority,
    after,
    // Markers alone are no item, unless something stands under them.
    title: markers.title === '' && children.length > 0 ? tidy(plainInline(draft.text)) : markers.title,
    details: details.join('\n'),
    ordinal: draft.ordinal,
    children: children.map((child) => toItem(catalogue, child)).filter(({ title }) => title !== ''),
    line: draft.line,
  };
}
