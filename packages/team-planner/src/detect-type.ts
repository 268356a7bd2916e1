import { findNamed, getTemplate, loadCatalogue, type Catalogue } from './catalogue.ts';
import type { Spec } from './spec-types.ts';
import type { ProjectSurvey } from './survey-types.ts';
import { createWordText } from './word-text.ts';

export type TypeScore = {
  readonly type: string;
  readonly score: number;
  /** One sentence for each indicator that counted. */
  readonly reasons: string[];
};

export type TypeDecision = {
  readonly type: string;
  /** `asked`: it was named; `spec`: the specification names it; `evidence`: by score; `default`: nothing speaks for any. */
  readonly decidedBy: 'asked' | 'spec' | 'evidence' | 'default';
  readonly reason: string;
  /** From 0 to 1: the share of the evidence that speaks for the type; 1 when somebody named it. */
  readonly confidence: number;
  /** All types, best first. */
  readonly scores: TypeScore[];
};

export interface DetectTypeInput {
  readonly survey: ProjectSurvey;
  readonly spec: Spec;
  /** Decides, whatever the project looks like. */
  readonly teamType?: string;
  readonly catalogue?: Catalogue;
}

/**
 * What kind of project this is. A named type outranks a TYPE field, that outranks all evidence, and evidence of
 * the specification counts several times that of the tree. Equal scores go by the catalogue's tie order:
 * system_deployment, infrastructure_as_code, data_pipeline, web_application.
 *
 * @throws ORC_PLANNER_UNKNOWN_TEAM_TYPE
 */
export function detectType({
  survey,
  spec,
  teamType,
  catalogue = loadCatalogue(),
}: DetectTypeInput): TypeDecision {
  const scores = scoreTypes(survey, spec, catalogue);
  if (teamType !== undefined) {
    const type = getTemplate(catalogue, teamType).id;
    return { type, decidedBy: 'asked', reason: `the team type ${type} was asked for`, confidence: 1, scores };
  }
  const field = spec.fields['type'];
  const named = field === undefined ? undefined : findNamed(catalogue.templates, field)?.id;
  if (named !== undefined) {
    const reason = `the specification says TYPE: ${field ?? named}`;
    return { type: named, decidedBy: 'spec', reason, confidence: 1, scores };
  }
  const [best] = scores;
  const total = scores.reduce((sum, { score }) => sum + score, 0);
  if (!best || total === 0) {
    const type = catalogue.detection.fallback;
    const reason = `nothing shows another type, so it is the default ${type}`;
    return { type, decidedBy: 'default', reason, confidence: 0, scores };
  }
  return {
    type: best.type,
    decidedBy: 'evidence',
    reason: best.reasons.join('; '),
    confidence: Math.round((best.score / total) * 100) / 100,
    scores,
  };
}

function scoreTypes(survey: ProjectSurvey, spec: Spec, { detection, templates }: Catalogue): TypeScore[] {
  const words = createWordText(spec.text);
  const seen = new Map(survey.indicators.map(({ id, evidence }) => [id, evidence]));
  const scores = new Map(templates.map(({ id }) => [id, { type: id, score: 0, reasons: [] as string[] }]));
  const count = (type: string, points: number, reason: string) => {
    const score = scores.get(type);
    if (!score) return;
    score.score += points;
    score.reasons.push(`${reason} (+${points})`);
  };
  for (const [id, { type, weight, label, words: phrases }] of Object.entries(detection.indicators)) {
    const phrase = phrases.find((each) => words.has(each));
    if (phrase !== undefined)
      count(type, weight * detection.specFactor, `the specification speaks of ${label} ("${phrase}")`);
    const evidence = seen.get(id);
    if (evidence !== undefined)
      count(type, weight, evidence === label ? `there is ${label}` : `there is ${label}: ${evidence}`);
  }
  const rank = ({ type }: TypeScore) => {
    const place = detection.tieOrder.indexOf(type);
    return place < 0 ? detection.tieOrder.length : place;
  };
  return [...scores.values()].sort((left, right) => right.score - left.score || rank(left) - rank(right));
}
