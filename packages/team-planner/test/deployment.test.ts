import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGitRepository } from '@orc/testing';
import { expect, it } from 'vitest';
import {
  createOutlinePlanner,
  explainPlan,
  loadCatalogue,
  parseSpec,
  planTeam,
  surveyProject,
} from '../src/index.ts';

const specification = `PROJECT: Wave service rollout
TARGET: 192.0.2.38
TYPE: System Deployment

REQUIREMENTS:
- Install the Python 3.11 environment
- Configure the systemd service
- Connect Redis
- Harden the server: firewall and AppArmor
- Put a reverse proxy in front
- Configure monitoring

DELIVERABLES:
- The service runs on port 8002
- It starts again by itself
- A health endpoint answers
- A monitoring dashboard shows it
`;

it('goes from a project and the specification of a deployment to a team and its tasks (T-18)', async () => {
  const repository = makeGitRepository();
  mkdirSync(join(repository.path, 'units'));
  writeFileSync(join(repository.path, 'units', 'wave.service'), '[Service]\n');
  const catalogue = loadCatalogue();
  const spec = parseSpec(specification, { catalogue });
  const survey = await surveyProject(repository.path, { catalogue });
  const team = planTeam({ spec, survey, catalogue, teamType: 'system_deployment' });

  expect(team.members.map(({ title }) => title)).toEqual([
    'Orchestrator',
    'Project Manager',
    'SysAdmin',
    'DevOps',
    'SecurityOps',
  ]);
  expect(team.offered.map(({ role }) => role)).toEqual(['networkops', 'monitoringops', 'databaseops']);
  expect(team.warnings).toEqual([]);

  const plan = await createOutlinePlanner().plan({ spec, team, survey, catalogue });
  expect(plan.tasks.map(({ id, role, after }) => [id, role, after.length])).toEqual([
    ['t-01-install', 'sysadmin', 0],
    ['t-02-configure', 'devops', 0],
    ['t-03-connect-redis', 'sysadmin', 0],
    ['t-04-harden-server', 'securityops', 0],
    ['t-05-put-reverse', 'devops', 0],
    ['t-06-configure', 'devops', 0],
    ['t-07-verify-what', 'project-manager', 6],
  ]);
  expect(plan.tasks.at(-1)?.criteria).toEqual(spec.deliverables);
  expect(explainPlan({ team, outline: plan })[0]).toBe(
    'type system_deployment (100 % sure): the team type system_deployment was asked for',
  );

  const offered = planTeam({
    spec,
    survey,
    catalogue,
    plan: 'max20',
    addRoles: team.offered.map(({ role }) => role),
  });
  expect(offered.members).toHaveLength(8);
  expect(offered.dropped).toEqual([]);
});

it('says the same without the flag, from the TYPE of the specification', async () => {
  const survey = await surveyProject(makeGitRepository().path);
  const team = planTeam({ spec: parseSpec(specification), survey });
  expect(team).toMatchObject({
    type: 'system_deployment',
    typeDecision: { decidedBy: 'spec', confidence: 1 },
  });
});
