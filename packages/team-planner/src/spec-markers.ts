import { findRole, type Catalogue } from './catalogue.ts';
import { STRUCTURED_CHARACTERS_MAX } from './spec-lines.ts';
import type { SpecDependency, SpecItem, TaskPriority } from './spec-types.ts';

export type Markers = Pick<SpecItem, 'title' | 'isChecked' | 'label' | 'roleHint' | 'priority' | 'after'>;

const PRIORITIES: Readonly<Record<string, TaskPriority>> = {
  p0: 'critical',
  critical: 'critical',
  urgent: 'critical',
  p1: 'high',
  high: 'high',
  p2: 'normal',
  medium: 'normal',
  med: 'normal',
  normal: 'normal',
  p3: 'low',
  low: 'low',
};
const PRIORITY_WORDS = Object.keys(PRIORITIES).join('|');

const CHECKBOX = /^\[([ xX✓✔])\](?:\s+|$)/u;
const LABEL = /^([A-Za-z]{1,8}-?\d+(?:\.\d+)*|\d+(?:\.\d+)+)(?:\s*[:)]|\.(?=\s)|\s+[–—-])\s+(?=\S)/;
const DOTTED_LABEL = /^(\d+(?:\.\d+)+)\s+(?=\S)/;
const PRIORITY = new RegExp(
  `[([]\\s*(?:(?:priority|prio)\\s*[:=]?\\s*)?(${PRIORITY_WORDS})(?:\\s+priority)?\\s*[)\\]]|(?<![\\w])!(${PRIORITY_WORDS})(?![\\w])`,
  'i',
);
const EXPLICIT = /[([]\s*(?:after|depends on|depends|blocked by|needs|requires)\s*:\s*([^()[\]]+)[)\]]/gi;
const IN_BRACKETS = /[([]\s*(?:after|depends on|blocked by)\s+([^()[\]]+)[)\]]/gi;
const RUNNING = /(?:[-–—,;.]\s+)?\bdepends on:?\s+([^()[\].;]+)/i;
const BRACKETED = /\[([^[\]()]{2,40})\](?![([])/g;
const MENTION = /(?<![\w.@])@([A-Za-z][\w-]{1,40})/g;
const ROLE_FIELD = /[([]\s*(?:role|assigned to|assignee|owner|for)\s*:\s*([^()[\]]{2,40})[)\]]/i;

/** Takes the markers out of the text of a list item. */
export function readMarkers(catalogue: Catalogue, text: string): Markers {
  let rest = plainInline(text);
  const take = (pattern: RegExp, replacement = ' ') => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(0, match.index) + replacement + rest.slice(match.index + match[0].length);
    return match;
  };
  const box = take(CHECKBOX, '')?.[1];
  const label = (take(LABEL, '') ?? take(DOTTED_LABEL, ''))?.[1] ?? null;
  const priority = take(PRIORITY);
  const roleField = take(ROLE_FIELD)?.[1];
  const after: SpecDependency[] = [];
  rest = rest.replaceAll(EXPLICIT, (_all, wanted: string) => {
    after.push({ text: wanted.trim(), source: '', isExplicit: true });
    return ' ';
  });
  const hint = takeRole(catalogue, rest);
  rest = hint.rest;
  for (const match of rest.matchAll(IN_BRACKETS))
    after.push({ text: (match[1] ?? '').trim(), source: match[0], isExplicit: false });
  const running = after.length === 0 ? RUNNING.exec(rest.slice(0, STRUCTURED_CHARACTERS_MAX)) : null;
  if (running) after.push({ text: (running[1] ?? '').trim(), source: running[0], isExplicit: false });
  return {
    title: tidy(rest),
    isChecked: box === undefined ? null : box !== ' ',
    label,
    roleHint: (roleField === undefined ? undefined : findHinted(catalogue, roleField)) ?? hint.role,
    priority: PRIORITIES[(priority?.[1] ?? priority?.[2] ?? '').toLowerCase()] ?? null,
    after,
  };
}

/** What a line such as "Depends on: T1", "Role: tester" or "Priority: high" under an item says about it. */
export function readItemField(
  catalogue: Catalogue,
  line: string,
): Partial<Pick<SpecItem, 'roleHint' | 'priority' | 'after'>> | undefined {
  const match =
    /^(after|depends on|blocked by|role|assigned to|assignee|owner|priority)\s*:\s*(.{1,300})$/i.exec(
      plainInline(line).replaceAll('**', ''),
    );
  const [, name = '', value = ''] = match ?? [];
  switch (name.toLowerCase()) {
    case '':
      return undefined;
    case 'priority': {
      const priority = PRIORITIES[value.trim().toLowerCase()];
      return priority === undefined ? undefined : { priority };
    }
    case 'after':
    case 'depends on':
    case 'blocked by':
      return { after: [{ text: value.trim(), source: '', isExplicit: true }] };
    default: {
      const roleHint = findHinted(catalogue, value);
      return roleHint === undefined ? undefined : { roleHint };
    }
  }
}

/** Running text without links, emphasis and runs of blanks. */
export function plainInline(text: string): string {
  return text
    .slice(0, STRUCTURED_CHARACTERS_MAX)
    .replaceAll(/!?\[([^[\]]{0,300})\]\([^()\s]{0,500}\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export function tidy(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s+([,.;:!?])/g, '$1')
    .replace(/[\s,;:–—-]+$/, '')
    .trim();
}

function takeRole(
  catalogue: Catalogue,
  text: string,
): { readonly role: string | null; readonly rest: string } {
  let role: string | null = null;
  const take = (all: string, name: string) => {
    const found = findHinted(catalogue, name);
    if (found === undefined) return all;
    role ??= found;
    return ' ';
  };
  const rest = text.replaceAll(BRACKETED, take).replaceAll(MENTION, take);
  return { role, rest };
}

/** `developer-2` hints at the role too: which of two developers takes a task is decided when it is handed out. */
function findHinted(catalogue: Catalogue, name: string): string | undefined {
  const bare = name.trim();
  return (findRole(catalogue, bare) ?? findRole(catalogue, bare.replace(/-\d{1,2}$/, '')))?.id;
}
