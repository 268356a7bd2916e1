import { formatValue, type Condition, type Operator } from './conditions.ts';
import { fieldsOf, valueOf, type Fact } from './fields.ts';
import { isLike } from './like.ts';
import { findPhrase, hasOnlyWords } from './words.ts';

export interface Evaluation {
  /** `null` when it hangs on a fact that nobody knows. */
  readonly truth: boolean | null;
  /** The single tests that decided, in words. */
  readonly because: readonly string[];
}

/** Whether a condition holds for a fact. Never throws, whatever stands in the fact. */
export function evaluate(condition: Condition, fact: Fact): Evaluation {
  if (condition.type === 'test') return test(condition, fact);
  if (condition.type === 'not') {
    const { truth, because } = evaluate(condition.of, fact);
    return { truth: truth === null ? null : !truth, because };
  }
  const parts = condition.of.map((each) => evaluate(each, fact));
  const deciding = condition.type === 'any';
  const decided = parts.filter(({ truth }) => truth === deciding);
  const gather = (of: readonly Evaluation[]) => of.flatMap(({ because }) => because);
  if (decided.length > 0) return { truth: deciding, because: gather(decided) };
  const unknown = parts.filter(({ truth }) => truth === null);
  if (unknown.length > 0) return { truth: null, because: gather(unknown) };
  return { truth: !deciding, because: gather(parts) };
}

type Test = Extract<Condition, { type: 'test' }>;

function test({ field, operator, operand }: Test, fact: Fact): Evaluation {
  const value = valueOf(fact, field);
  const type = fieldsOf(fact.watches)[field]?.type;
  if (value === undefined) return { truth: null, because: [`${field} is not known`] };
  const { holds, detail } = compare[operator](value, operand);
  const shown = formatValue(value, type);
  return {
    truth: holds,
    because: [`${field} is ${shown}${detail ?? `${holds ? ', ' : ', not '}${say(operator, operand, type)}`}`],
  };
}

function say(operator: Operator, operand: unknown, type: Parameters<typeof formatValue>[1]): string {
  const limit = formatValue(operand, type);
  return { above: `above ${limit}`, below: `below ${limit}` }[operator as string] ?? `${operator} ${limit}`;
}

interface Compared {
  readonly holds: boolean;
  readonly detail?: string;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const textsOf = (value: unknown) =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
const numberOf = (value: unknown) => (typeof value === 'number' ? value : Number.NaN);

const compare: Readonly<Record<Operator, (value: unknown, operand: unknown) => Compared>> = {
  is: (value, operand) => ({ holds: value === operand, detail: '' }),
  isNot: (value, operand) => ({ holds: value !== operand }),
  oneOf: (value, operand) => ({ holds: textsOf(operand).includes(textOf(value)), detail: '' }),
  noneOf: (value, operand) => ({ holds: !textsOf(operand).includes(textOf(value)) }),
  has: (value, operand) => ({ holds: textsOf(value).includes(textOf(operand)) }),
  above: (value, operand) => ({ holds: numberOf(value) > numberOf(operand) }),
  below: (value, operand) => ({ holds: numberOf(value) < numberOf(operand) }),
  moreThan: (value, operand) => ({ holds: textsOf(value).length > numberOf(operand), detail: '' }),
  startsWith: (value, operand) => ({ holds: textOf(value).startsWith(textOf(operand)) }),
  like: (value, operand) => ({ holds: isLike(textOf(value), textOf(operand)) }),
  notLike: (value, operand) => ({ holds: !isLike(textOf(value), textOf(operand)) }),
  phrases: (value, operand) => {
    const found = findPhrase(textOf(value), textsOf(operand));
    return { holds: found !== undefined, detail: found === undefined ? '' : `, says "${found}"` };
  },
  onlyWords: (value, operand) => ({ holds: hasOnlyWords(textOf(value), textsOf(operand)), detail: '' }),
};
