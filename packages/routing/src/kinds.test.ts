import { describe, expect, it } from 'vitest';
import { findKind, findWorkRule, guessKind, kinds, priorityOf, whoGoesOn } from './index.ts';
import { workRules } from './data/work-rules.ts';

describe('findKind', () => {
  it.each([
    ['status', 'status'],
    ['STATUS_UPDATE', 'status'],
    ['TASK_DELEGATE', 'task'],
    ['BUG_REPORT', 'bug'],
    ['SPEC_CREATED', 'spec-created'],
    ['IMPLEMENTATION_COMPLETE', 'implementation-complete'],
    ['Fast Lane', 'fast-lane'],
    ['handoff', 'hand-off'],
  ])('understands %s as %s', (text, id) => {
    expect(findKind(text)?.id).toBe(id);
  });

  it('knows no kind twice, and none that is only similar', () => {
    const names = kinds.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(findKind('statsu')).toBeUndefined();
  });
});

describe('guessKind', () => {
  it.each([
    ['Completed the parser, commit 1a2b3c4', 'completion'],
    ['FAILED: the build', 'failure'],
    ['Blocked by the missing key', 'blocked'],
    ['Incomplete, as yet', undefined],
    ['unblocked again', undefined],
    ['The tissue sample is there', undefined],
    ['Abandoned the idea', undefined],
    ['Not done yet', undefined],
    ['Done when the tests pass', undefined],
    ['Done?', undefined],
    ['When it is complete I will say so', undefined],
  ])('takes "%s" for %s', (text, kind) => {
    expect(guessKind(text)).toBe(kind);
  });
});

describe('priorityOf', () => {
  it.each([
    ['note', 'x', 5],
    ['my-own', 'x', 5],
    ['completion', 'x', 10],
    ['failure', 'x', 30],
    ['bug', 'BUG: x\nSeverity: Critical', 60],
    ['bug', 'BUG: x\nSeverity: low', 10],
  ])('%s %j goes with %i', (kind, body, priority) => {
    expect(priorityOf(kind, body)).toBe(priority);
  });
});

describe('work rules', () => {
  it('speak of kinds that there are', () => {
    for (const { kind } of workRules) expect(findKind(kind)?.id).toBe(kind);
  });

  it('send a bug to the project manager, its design to the architect, and that to the developers', () => {
    const team = ['orchestrator', 'project-manager', 'developer', 'developer-2'].map((name) => ({
      name,
      role: name.replace(/-\d+$/, ''),
    }));
    const next = (kind: string) => {
      const rule = findWorkRule(kind);
      return rule && whoGoesOn(rule, team, 'orchestrator');
    };
    expect(next('bug')).toEqual(['project-manager']);
    expect(next('spec-request')).toEqual(['orchestrator']);
    expect(next('spec-created')).toEqual(['developer', 'developer-2']);
    expect(next('implementation-complete')).toEqual(['project-manager']);
    expect(next('note')).toBeUndefined();
    expect(whoGoesOn({ to: ['architect'] }, [], 'orchestrator')).toEqual(['orchestrator']);
  });
});
