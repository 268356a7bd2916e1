import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { projectNamed } from '../fixtures/records.ts';
import { openRegistry } from './registry.ts';

const openFresh = (clock?: { now(): number }) =>
  openRegistry({ path: join(makeTempDirectory(), 'orc.db') }, clock ? { clock } : {});

describe('projects', () => {
  it('keeps every field of a project across a reopen', () => {
    const path = join(makeTempDirectory(), 'orc.db');
    const input = projectNamed('shop', {
      specPath: '/projects/shop/SPEC.md',
      specText: 'Build a shop.\n"quoted" – ünïcode',
      planDocument: { team: ['developer'], reasons: ['small'] },
      completion: { at: 9, by: 'user', text: 'signed off' },
    });
    {
      using registry = openRegistry({ path });
      expect(registry.saveProject(input)).toEqual(input);
    }
    using registry = openRegistry({ path });
    expect(registry.getProject('shop')).toEqual(input);
    expect(registry.findProjectByPath('/projects/shop')).toEqual(input);
  });

  it('has no plan document and nobody who signed off, unless it is told', () => {
    using registry = openFresh();
    expect(registry.saveProject(projectNamed('shop'))).toMatchObject({
      planDocument: null,
      completion: null,
    });
  });

  it('overwrites a project that is saved again, but for the time of its creation', () => {
    using registry = openFresh();
    registry.saveProject(projectNamed('shop', { createdAt: 1 }));
    registry.recordStep('shop', 'worktrees');
    registry.saveProject(projectNamed('shop', { createdAt: 2, status: 'active' }));
    expect(registry.getProject('shop')).toMatchObject({ createdAt: 1, status: 'active' });
    expect(registry.steps('shop')).toHaveLength(1);
  });

  it('changes only what a patch mentions', () => {
    using registry = openFresh();
    const completion = { at: 5, by: 'user', text: 'good' };
    registry.saveProject(projectNamed('shop', { planDocument: { a: 1 }, completion }));
    const updated = registry.updateProject('shop', { status: 'stopped' });
    expect(updated).toEqual({
      ...projectNamed('shop'),
      status: 'stopped',
      planDocument: { a: 1 },
      completion,
    });
    expect(registry.updateProject('shop', {})).toEqual(updated);
  });

  it('lists the oldest project first', () => {
    using registry = openFresh();
    registry.saveProject(projectNamed('young', { createdAt: 20 }));
    registry.saveProject(projectNamed('old', { createdAt: 10 }));
    expect(registry.listProjects().map(({ slug }) => slug)).toEqual(['old', 'young']);
  });

  it('finds nothing for a name or path it does not know', () => {
    using registry = openFresh();
    expect(registry.findProject('shop')).toBeUndefined();
    expect(registry.findProjectByPath('/projects/shop')).toBeUndefined();
  });

  it.each([
    ['getProject', (registry: ReturnType<typeof openFresh>) => registry.getProject('nobody')],
    [
      'updateProject',
      (registry: ReturnType<typeof openFresh>) => registry.updateProject('nobody', { size: 'small' }),
    ],
    [
      'updateProject with nothing to change',
      (registry: ReturnType<typeof openFresh>) => registry.updateProject('nobody', {}),
    ],
    ['recordStep', (registry: ReturnType<typeof openFresh>) => registry.recordStep('nobody', 'plan')],
  ])('refuses an unknown project in %s', (_, act) => {
    using registry = openFresh();
    expect(() => act(registry)).toThrow(expect.objectContaining({ code: 'ORC_REGISTRY_UNKNOWN_PROJECT' }));
  });

  it('refuses a second directory under a name that is taken', () => {
    using registry = openFresh();
    registry.saveProject(projectNamed('shop', { path: '/a/shop' }));
    expect(() => registry.saveProject(projectNamed('shop', { path: '/b/shop' }))).toThrow(
      expect.objectContaining({
        code: 'ORC_REGISTRY_SLUG_TAKEN',
        details: expect.objectContaining({ holderPath: '/a/shop' }) as object,
      }),
    );
    expect(registry.getProject('shop').path).toBe('/a/shop');
  });

  it('refuses a second name for a directory', () => {
    using registry = openFresh();
    registry.saveProject(projectNamed('shop', { path: '/a/shop' }));
    registry.saveProject(projectNamed('other'));
    const taken = expect.objectContaining({ code: 'ORC_REGISTRY_PATH_TAKEN' }) as Error;
    expect(() => registry.saveProject(projectNamed('store', { path: '/a/shop' }))).toThrow(taken);
    expect(() => registry.updateProject('other', { path: '/a/shop' })).toThrow(taken);
  });

  it.each([
    ['a slug that no file name or pane can carry', { slug: 'Web:Shop' }],
    ['the name of the operator', { slug: 'user' }],
    ['a status that does not exist', { status: 'almost' as 'active' }],
    ['a time that is no whole number', { createdAt: 1.5 }],
    ['a plan that JSON cannot carry', { planDocument: () => 1 }],
    ['a key it does not know', { surprise: 1 }],
  ])('refuses %s', (_, changes) => {
    using registry = openFresh();
    expect(() => registry.saveProject({ ...projectNamed('shop'), ...changes })).toThrow(
      expect.objectContaining({ code: 'ORC_REGISTRY_INVALID' }),
    );
    expect(registry.listProjects()).toEqual([]);
  });
});

describe('steps of the set-up', () => {
  it('says which steps are done, in order and once each', () => {
    let now = 100;
    using registry = openFresh({ now: () => now++ });
    registry.saveProject(projectNamed('shop'));
    expect(registry.recordStep('shop', 'worktrees')).toBe(true);
    expect(registry.recordStep('shop', 'agents')).toBe(true);
    expect(registry.recordStep('shop', 'worktrees')).toBe(false);
    expect(registry.steps('shop')).toEqual([
      { step: 'worktrees', at: 100 },
      { step: 'agents', at: 101 },
    ]);
  });

  it('keeps the order of steps that were done in one millisecond', () => {
    using registry = openFresh({ now: () => 7 });
    registry.saveProject(projectNamed('shop'));
    for (const step of ['zeta', 'alpha', 'midway']) registry.recordStep('shop', step);
    expect(registry.steps('shop').map(({ step }) => step)).toEqual(['zeta', 'alpha', 'midway']);
  });

  it('begins again after the steps were forgotten', () => {
    using registry = openFresh();
    registry.saveProject(projectNamed('shop'));
    registry.recordStep('shop', 'worktrees');
    registry.forgetSteps('shop');
    expect(registry.steps('shop')).toEqual([]);
    expect(registry.recordStep('shop', 'worktrees')).toBe(true);
  });
});
