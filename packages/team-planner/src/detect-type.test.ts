import { describe, expect, it } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { detectType } from './detect-type.ts';
import { parseSpec } from './spec.ts';
import { emptySurvey } from './survey-types.ts';

const catalogue = loadCatalogue();
const detect = (indicators: string[], spec = 'Something.', teamType?: string) =>
  detectType({
    catalogue,
    spec: parseSpec(spec),
    survey: { ...emptySurvey, indicators: indicators.map((id) => ({ id, evidence: id })) },
    ...(teamType !== undefined && { teamType }),
  });

describe('the type of a project', () => {
  it('is the one that was asked for, by any of its names', () => {
    expect(detect(['package-json'], 'A website.', 'infrastructure')).toMatchObject({
      type: 'infrastructure_as_code',
      decidedBy: 'asked',
      confidence: 1,
    });
  });

  it('that is unknown is refused with all choices and the nearest', () => {
    expect(() => detect([], 'x', 'sytem_deployment')).toThrow(
      'There is no team type "sytem_deployment". Did you mean "system_deployment"? There are: web_application, system_deployment, data_pipeline, infrastructure_as_code.',
    );
  });

  it('is what the specification names, whatever the tree looks like', () => {
    expect(
      detect(
        ['package-json', 'frontend-framework', 'backend-framework'],
        'TYPE: System Deployment\n\nDo it.',
      ),
    ).toMatchObject({
      type: 'system_deployment',
      decidedBy: 'spec',
      reason: 'the specification says TYPE: System Deployment',
    });
  });

  it('is the default when nothing shows another, with no confidence', () => {
    expect(detect([])).toMatchObject({ type: 'web_application', decidedBy: 'default', confidence: 0 });
    expect(detect([], 'TYPE: Opera\n\nSing.')).toMatchObject({
      type: 'web_application',
      decidedBy: 'default',
    });
  });

  it.each([
    [['package-json', 'frontend-framework'], 'web_application'],
    [['systemd-unit', 'deployment-plan'], 'system_deployment'],
    [['airflow', 'etl-directory', 'python-manifest'], 'data_pipeline'],
    [['terraform', 'terraform-directory', 'infrastructure-config'], 'infrastructure_as_code'],
    [['pulumi', 'package-json'], 'infrastructure_as_code'],
    [['package-json', 'docker'], 'web_application'],
    [['python-manifest', 'pipeline-script'], 'data_pipeline'],
  ])('follows from %j: %s (T-03…T-06)', (indicators, type) => {
    expect(detect(indicators).type).toBe(type);
  });

  it('comes from the specification when that and the tree disagree (Z-17)', () => {
    const spec = 'Set up a server: a systemd unit, hardening, nginx.';
    const { type, scores } = detect(['package-json', 'frontend-framework', 'backend-framework'], spec);
    expect(type).toBe('system_deployment');
    expect(scores.map(({ type: each, score }) => [each, score])).toEqual([
      ['system_deployment', 15],
      ['web_application', 8],
      ['infrastructure_as_code', 0],
      ['data_pipeline', 0],
    ]);
  });

  it('of equal scores goes by the documented order (Z-17)', () => {
    expect(detect(['ansible-directory', 'playbooks'])).toMatchObject({
      type: 'system_deployment',
      confidence: 0.5,
    });
    expect(detect(['pipeline-script', 'package-json', 'gemfile']).type).toBe('data_pipeline');
  });

  it('counts a kind of evidence once, however often it is there (B-54)', () => {
    const survey = {
      ...emptySurvey,
      indicators: [
        { id: 'large-data', evidence: 'data/' },
        { id: 'package-json', evidence: 'package.json' },
        { id: 'frontend-framework', evidence: 'react' },
      ],
    };
    expect(detectType({ catalogue, survey, spec: parseSpec('x') }).type).toBe('web_application');
    const often = 'etl '.repeat(500) + 'react, rest api, web application.';
    expect(detect([], often).scores.find(({ type }) => type === 'data_pipeline')?.score).toBe(9);
  });

  it('says what spoke for it, with points', () => {
    expect(detect(['package-json'], 'A website.').reason).toBe(
      'there is package.json: package-json (+2); the specification speaks of a web application ("website") (+6)',
    );
  });
});
