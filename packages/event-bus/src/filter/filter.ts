import { createMatcher } from '../glob.ts';
import { severities, type BusEvent } from '../types.ts';
import { readCondition, type Condition, type Operator } from './parse.ts';

export type EventFilter = (event: BusEvent) => boolean;

/**
 * Reads a filter such as `agent.* and severity >= warning and not data.reason ~ "limit"`, and gives the
 * question it asks of an event. Conditions side by side mean `and`, which binds closer than `or`. A value may
 * have `*` for anything. "30m" in `at > 30m` counts back from `now`, in ms since 1970.
 *
 * @throws ORC_EVENT_BUS_BAD_FILTER with the position and what was expected there
 */
export function parseFilter(
  filter: string,
  { now = Date.now() }: { readonly now?: number } = {},
): EventFilter {
  return compile(readCondition(filter, now));
}

function compile(condition: Condition): EventFilter {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map(compile);
      return (event) => parts.every((part) => part(event));
    }
    case 'or': {
      const parts = condition.parts.map(compile);
      return (event) => parts.some((part) => part(event));
    }
    case 'not': {
      const part = compile(condition.part);
      return (event) => !part(event);
    }
    case 'type': {
      const matches = createMatcher(condition.glob);
      return ({ type }) => matches(type);
    }
    case 'text': {
      const { text } = condition;
      return (event) =>
        JSON.stringify(event).toLowerCase().includes(text) || wordsOf(event.data).includes(text);
    }
    case 'severity': {
      const wanted = severities.indexOf(condition.severity);
      return ({ severity }) => compare(severities.indexOf(severity) - wanted, condition.operator);
    }
    case 'at':
      return ({ at }) => compare(at - condition.at, condition.operator);
    case 'field':
      return compileField(condition);
  }
}

function compileField({ field, operator, values }: Extract<Condition, { kind: 'field' }>): EventFilter {
  const path = field.split('.');
  const read = (event: BusEvent): unknown =>
    path.reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      event,
    );
  const tests = values.map((value) => createTest(operator, value));
  // What an event does not say is not equal to anything.
  if (operator === '!=') return (event) => !tests.some((test) => test(read(event)));
  return (event) => tests.some((test) => test(read(event)));
}

/** Asks one value; `!=` is asked as `=` and turned round by the caller. */
function createTest(operator: Operator, wanted: string): (found: unknown) => boolean {
  if (operator === '~') {
    const part = wanted.toLowerCase();
    return (found) => found !== undefined && textOf(found).toLowerCase().includes(part);
  }
  if (operator === '=' || operator === '!=') {
    const pattern = new RegExp(`^${wanted.split(/\*+/).map(escape).join('.*')}$`, 's');
    const test = (found: unknown): boolean =>
      Array.isArray(found) ? found.some(test) : found !== undefined && pattern.test(textOf(found));
    return test;
  }
  const limit = Number(wanted);
  return (found) =>
    typeof found === 'number' && !Number.isNaN(limit)
      ? compare(found - limit, operator)
      : typeof found === 'string' && compare(found < wanted ? -1 : found === wanted ? 0 : 1, operator);
}

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The text in an event's data as it was said, where JSON would show a quote or a line end escaped. */
function wordsOf(data: unknown): string {
  if (typeof data === 'string') return data.toLowerCase();
  if (typeof data !== 'object' || data === null) return '';
  return Object.values(data).map(wordsOf).join('\n');
}

function compare(difference: number, operator: Operator): boolean {
  if (operator === '<') return difference < 0;
  if (operator === '<=') return difference <= 0;
  if (operator === '>') return difference > 0;
  if (operator === '>=') return difference >= 0;
  return operator === '!=' ? difference !== 0 : difference === 0;
}
