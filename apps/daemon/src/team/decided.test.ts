import type { Project } from '@orc/registry';
import { loadCatalogue } from '@orc/team-planner';
import { describe, expect, it } from 'vitest';
import { memberOf } from './agents.ts';
import { findChanges } from './decided.ts';
import type { UpRequest } from './plan.ts';

const catalogue = loadCatalogue();
const members = ['orchestrator', 'developer', 'tester'].map((role) => ({
  ...memberOf(catalogue, role, null),
  reason: 'asked for with --roles',
}));
const project: Project = {
  slug: 'shop',
  name: 'shop',
  path: '/shop',
  parentBranch: 'main',
  specPath: '/shop/SPEC.md',
  specText: '# Shop\n\n1. Write it\n',
  teamType: 'web_application',
  plan: 'max5',
  size: 'medium',
  runtime: 'sim',
  tmuxSession: 'shop',
  status: 'active',
  hub: 'orchestrator',
  createdAt: 1,
  planDocument: { team: { members, matrix: { profile: 'orchestrator-hub' } }, tasks: [] },
  completion: null,
};
const ask = (request: Partial<UpRequest>, isRunning = true) =>
  findChanges(catalogue, project, { path: '/shop', ...request }, { isRunning });
const refused = (flag: string) =>
  expect.objectContaining({
    code: 'ORC_DAEMON_DECIDED',
    details: expect.objectContaining({ flag }) as object,
  }) as Error;

describe('a second up', () => {
  it('that asks for what is so changes nothing', () => {
    const spec = { path: '/other/SPEC.md', text: project.specText ?? '' };
    const request = { name: 'Shop', teamType: 'web_app', size: 'medium', plan: 'max5', runtime: 'sim' };
    const roles = ['developer', 'tester'];
    expect(ask({ ...request, spec, roles, hub: 'orchestrator' })).toEqual({ addRoles: [] });
  });

  it('is told what cannot be changed, and what to do', () => {
    expect(() => ask({ runtime: 'claude' })).toThrowError(refused('--runtime'));
    expect(() => ask({ runtime: 'claude' })).toThrow(/orc down --project shop/);
    expect(() => ask({ name: 'store' })).toThrowError(refused('--name'));
    expect(() => ask({ teamType: 'system_deployment' })).toThrowError(refused('--team-type'));
    expect(() => ask({ size: 'large' })).toThrowError(refused('--size'));
    expect(() => ask({ roles: ['developer'] })).toThrowError(refused('--roles'));
    expect(() => ask({ roles: ['developer', 'tester', 'devops'] })).toThrowError(refused('--roles'));
  });

  it('changes what is safe to change', () => {
    const spec = { path: '/shop/SPEC.md', text: '# Shop\n\n1. Write it\n2. Test it\n' };
    expect(ask({ hub: 'pm', plan: 'max20', spec, addRoles: ['devops'] })).toEqual({
      profile: 'pm-hub',
      plan: 'max20',
      spec,
      addRoles: ['devops'],
    });
    expect(ask({ runtime: 'claude' }, false)).toMatchObject({ runtime: 'claude' });
  });
});
