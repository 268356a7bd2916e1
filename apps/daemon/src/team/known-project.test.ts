import { join } from 'node:path';
import { openRegistry } from '@orc/registry';
import { loadCatalogue } from '@orc/team-planner';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import type { Notice } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { memberOf } from './agents.ts';
import { applyChanges } from './known-project.ts';

const catalogue = loadCatalogue();

describe('a project that is there', () => {
  it('gets another hub while its team works, and everybody is told', async () => {
    const registry = openRegistry({ path: join(makeTempDirectory(), 'orc.db') });
    onTeardown(() => registry[Symbol.dispose]());
    const roles = ['orchestrator', 'project-manager', 'developer', 'tester'];
    const members = roles.map((role) => memberOf(catalogue, role, null));
    const project = registry.saveProject({
      ...projectRecord({ path: '/nowhere', specText: 'x' }),
      planDocument: {
        tasks: [],
        reasons: ['kept'],
        team: { members, matrix: { profile: 'orchestrator-hub' } },
      },
    });
    for (const role of roles)
      registry.saveAgent(agentRecord(role, { desired: role === 'tester' ? 'stopped' : 'running' }));
    const told: Notice[] = [];
    const said: string[] = [];
    const notices = {
      tell: (notice: Notice) => void told.push(notice),
      critical: () => undefined,
      hubOf: () => 'user',
    };
    await applyChanges(
      { registry } as Parts,
      { catalogue, notices },
      { project, request: { path: '/nowhere' }, changes: { profile: 'pm-hub', plan: 'max20', addRoles: [] } },
      (_step, text) => void said.push(text),
    );
    expect(said).toEqual([
      'the plan of shop is max20 from now on; its team stays as it is',
      'reports of shop go to project-manager from now on (pm-hub)',
    ]);
    expect(told.map(({ recipient }) => recipient)).toEqual([
      'shop/orchestrator',
      'shop/project-manager',
      'shop/developer',
    ]);
    expect(registry.getProject('shop')).toMatchObject({
      hub: 'project-manager',
      plan: 'max20',
      planDocument: { reasons: ['kept'], team: { matrix: { profile: 'pm-hub', hub: 'project-manager' } } },
    });
  });
});
