import type { Kind } from './data/kinds.ts';
import { checkForm, readForm } from './templates.ts';

const WORDS_MIN = 4;

// What makes a report of use to somebody who was not there: a commit, a path, a setting, a number, an address.
const PARTICULARS =
  /\b[0-9a-f]{7,40}\b|[\w.-]+\/[\w./-]+|\b\w+\.[a-z]{1,5}\b|\b[A-Z][A-Z0-9_]+=\S+|\d|https?:|`[^`]+`|"[^"]+"/;

/**
 * What is missing in the text of a kind, in words for its sender; empty when nothing is. A form that was
 * begun is asked to be finished; free words are asked for particulars, never for a form.
 */
export function checkText(kind: Kind, text: string): string[] {
  const { template, check } = kind;
  if (check === 'none') return [];
  if (template !== null && (check === 'form' || isBegun(kind, text))) return checkForm(template, text);
  const isShort = text.trim().split(/\s+/).length < WORDS_MIN;
  if (!isShort && PARTICULARS.test(text)) return [];
  return [
    'it names no particulars: say the commit, the file, the setting (EVENT_ROUTER_ENABLED=true) or the number',
  ];
}

function isBegun({ template }: Kind, text: string): boolean {
  if (template === null) return false;
  const { hasHead, values } = readForm(template, text);
  return hasHead && Object.keys(values).length > 0;
}
