import type { Catalogue, Condition } from './catalogue.ts';
import type { Spec } from './spec-types.ts';
import type { ProjectSurvey } from './survey-types.ts';
import { createWordText } from './word-text.ts';

/** What conditions can ask for, by name. */
export type ProjectFacts = Readonly<Record<string, boolean | number | string>>;

/** Facts that are worked out; all others are words of the specification. */
export const derivedFacts = [
  'size',
  'hasDocker',
  'hasDatabase',
  'databaseComplexity',
  'serviceCount',
] as const;

/** What tree and specification together say about the project. */
export function gatherFacts(
  catalogue: Catalogue,
  survey: ProjectSurvey,
  spec: Spec,
  size: string,
): ProjectFacts {
  const words = createWordText(spec.text);
  const stated = Object.fromEntries(
    Object.entries(catalogue.facts).map(([name, fact]) => [name, fact.words.some((word) => words.has(word))]),
  );
  const databases = new Set(survey.databases);
  for (const [name, aliases] of Object.entries(catalogue.detection.databases))
    if ([name, ...aliases].some((alias) => words.has(alias))) databases.add(name);
  const hasDatabase = databases.size > 0 || stated['mentionsDatabase'] === true;
  const isComplex = databases.size > 1 || stated['databaseCluster'] === true;
  const derived: Record<(typeof derivedFacts)[number], boolean | number | string> = {
    size,
    hasDocker: survey.hasDocker,
    hasDatabase,
    databaseComplexity: !hasDatabase ? 'none' : isComplex ? 'high' : 'low',
    serviceCount: Math.max(survey.serviceCount, countStatedServices(spec.text)),
  };
  return { ...stated, ...derived };
}

export function holds({ match, when }: Condition, facts: ProjectFacts): boolean {
  const test = ({ fact, is, above }: Condition['when'][number]): boolean => {
    const value = facts[fact];
    if (above !== undefined) return typeof value === 'number' && value > above;
    return value === (is ?? true);
  };
  return match === 'any' ? when.some(test) : when.every(test);
}

/** The largest number in phrases such as "12 services" or "8 microservices". */
function countStatedServices(text: string): number {
  const numbers = [...text.matchAll(/\b(\d{1,4})\s+(?:micro-?)?services\b/gi)].map((match) =>
    Number(match[1]),
  );
  return numbers.reduce((most, each) => Math.max(most, each), 0);
}
