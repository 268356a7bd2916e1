import { templates, type Field, type Template, type TemplateId } from './data/templates.ts';

export interface TemplateFacts {
  readonly agent?: string | undefined;
  /** In ms since 1970. */
  readonly at?: number | undefined;
  readonly id?: string | undefined;
  readonly title?: string | undefined;
}

/** A form with what is known filled in; what somebody has to write stands in brackets. */
export function composeTemplate(id: TemplateId, facts: TemplateFacts = {}): string {
  const { fields } = templates[id];
  return [
    headOf(id, facts),
    ...fields.flatMap(({ label, hint, isList }) =>
      isList ? [`${label}:`, `- [${hint}]`] : [`${label}: [${hint}]`],
    ),
  ].join('\n');
}

/** A form with its fields filled in, by their labels, one line each; fields that nobody names are left out. */
export function fillTemplate(
  id: TemplateId,
  facts: TemplateFacts,
  values: Readonly<Record<string, string | undefined>>,
): string {
  const lines = templates[id].fields.flatMap(({ label }) => {
    const value = values[label]?.trim().replaceAll(/\s+/g, ' ');
    return value === undefined || value === '' ? [] : [`- ${label}: ${value}`];
  });
  return [headOf(id, facts), ...lines].join('\n');
}

function headOf(id: TemplateId, { agent, at, id: about, title }: TemplateFacts): string {
  const { head } = templates[id];
  const known: Readonly<Record<string, string | undefined>> = {
    agent,
    time: at === undefined ? undefined : new Date(at).toISOString(),
    id: about,
    title,
  };
  // Where the form has brackets of its own, the word alone stands in them.
  return head.replaceAll(/(\[?)\{(\w+)\}/g, (_, bracket: string, name: string) => {
    const value = known[name]?.replaceAll(/\s+/g, ' ');
    return bracket + (value ?? (bracket === '' ? `[${name}]` : name));
  });
}

/** What a filled form says, by the label of each field; a list has one entry per item. */
export interface ReadForm {
  /** Whether it begins as the form does. */
  readonly hasHead: boolean;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const normal = (label: string) => label.trim().toLowerCase().replaceAll(/\s+/g, ' ');

/** Reads a form as people fill it: with or without bullets before labels, lists on one line or on several. */
export function readForm(id: TemplateId, text: string): ReadForm {
  const template = templates[id];
  const labels = new Map(
    template.fields.flatMap(({ label, aliases = [] }) =>
      [label, ...aliases].map((name) => [normal(name), label] as const),
    ),
  );
  const lines = text.split('\n').map((line) => line.trim());
  const values: Record<string, string[]> = {};
  let current: string[] | undefined;
  for (const line of lines) {
    const [, name = '', rest = ''] =
      /^(?:[-*•]\s*)?\**([A-Za-z][A-Za-z ]{1,30}?)\**\s*:\**\s*(.*)$/.exec(line) ?? [];
    const label = labels.get(normal(name));
    if (label !== undefined) {
      current = values[label] ??= [];
      if (rest !== '') current.push(rest);
    } else if (line !== '' && current) {
      current.push(line.replace(/^(?:[-*•]|\d+[.)])\s+/, ''));
    }
  }
  return { hasHead: matchesHead(template, lines.find((line) => line !== '') ?? ''), values };
}

/** The first words of the form, up to what is filled in. */
function matchesHead({ head }: Template, line: string): boolean {
  const [words = ''] = head.split(/[[{:]/);
  return line.toUpperCase().startsWith(words.trim().toUpperCase());
}

/** What is missing in a filled form, in words; empty when nothing is. */
export function checkForm(id: TemplateId, text: string): string[] {
  const { head, fields } = templates[id];
  const { hasHead, values } = readForm(id, text);
  const [start = ''] = head.split(/[[{:]/);
  return [
    ...(hasHead ? [] : [`it does not begin with ${start.trim()}`]),
    ...fields.flatMap((field) => problemsOf(field, values[field.label])),
  ];
}

function problemsOf(field: Field, found: readonly string[] | undefined): string[] {
  const { label, hint, isOptional, choices } = field;
  const written = (found ?? []).filter((value) => value !== '' && value !== `[${hint}]`);
  if (written.length === 0) return isOptional ? [] : [`${label} is missing (${hint})`];
  const [first = ''] = written;
  const isChoice = choices?.some((choice) => first.toLowerCase().startsWith(choice.toLowerCase())) ?? true;
  return isChoice ? [] : [`${label} is one of ${choices?.join(', ') ?? ''}, and not "${first}"`];
}
