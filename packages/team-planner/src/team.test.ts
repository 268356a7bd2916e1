import { describe, expect, it } from 'vitest';
import { getTemplate, loadCatalogue } from './catalogue.ts';
import { parseSpec } from './spec.ts';
import { emptySurvey, type ProjectSurvey } from './survey-types.ts';
import { planTeam, type PlanTeamInput } from './team.ts';

const catalogue = loadCatalogue();
const deployment = `PROJECT: Billing service rollout
TARGET: 10.0.0.8
TYPE: System Deployment

REQUIREMENTS:
- Install the Python runtime
- Configure a systemd unit
- Harden SSH and the firewall

DELIVERABLES:
- The service answers on port 8002
`;

type Ask = Omit<Partial<PlanTeamInput>, 'spec' | 'survey'> & {
  spec?: string;
  survey?: Partial<ProjectSurvey>;
};
const plan = ({ spec = 'Build a thing.', survey = {}, ...rest }: Ask = {}) =>
  planTeam({ catalogue, spec: parseSpec(spec), survey: { ...emptySurvey, ...survey }, ...rest });
const rolesOf = (ask: Ask) => plan(ask).members.map(({ name }) => name);
const choices = (list: { role: string }[]) => list.map(({ role }) => role);

describe('the default team', () => {
  it('is orchestrator, project manager, developer, tester and test runner (T-14)', () => {
    const team = plan();
    expect(team.members.map(({ name }) => name)).toEqual([
      'orchestrator',
      'project-manager',
      'developer',
      'tester',
      'testrunner',
    ]);
    expect(team).toMatchObject({
      type: 'web_application',
      plan: 'max5',
      size: 'medium',
      dropped: [],
      warnings: [],
    });
  });

  it('gives a reason for every member and everything an agent needs to be made', () => {
    for (const member of plan().members) {
      expect(member.reason).not.toBe('');
      expect(member).toMatchObject({ purpose: null, role: member.name });
    }
    expect(plan().members[1]).toEqual({
      name: 'project-manager',
      role: 'project-manager',
      title: 'Project Manager',
      branchPrefix: 'pm-feature/',
      windowName: 'Project-Manager',
      purpose: null,
      reason: 'every team of a template has a project manager',
    });
  });

  it('is the same however often it is composed (B-54)', () => {
    const survey = { hasDocker: true };
    const first = plan({ survey, plan: 'console' });
    expect(plan({ survey, plan: 'console' })).toEqual(first);
    expect(plan({ survey, plan: 'console', addRoles: ['devops'] }).members.map(({ name }) => name)).toEqual(
      first.members.map(({ name }) => name),
    );
  });

  it('has every core role of its type and a project manager in each template (Z-11)', () => {
    for (const { id, core } of catalogue.templates) {
      expect(core).toContain('project-manager');
      expect(rolesOf({ teamType: id, plan: 'console' })).toEqual(expect.arrayContaining([...core]));
    }
  });
});

describe('the specification of a deployment (T-18)', () => {
  it('gets orchestrator, sysadmin, devops and securityops, with the project manager', () => {
    const team = plan({ spec: deployment, teamType: 'system_deployment' });
    expect(team.members.map(({ role }) => role)).toEqual([
      'orchestrator',
      'project-manager',
      'sysadmin',
      'devops',
      'securityops',
    ]);
    expect(team.offered).toEqual([]);
  });

  it('is offered networkops and monitoringops when it speaks of proxies and monitoring', () => {
    const spec = `${deployment}- A reverse proxy in front\n- Configure monitoring\n`;
    expect(plan({ spec, teamType: 'system_deployment' }).offered).toEqual([
      { role: 'networkops', reason: 'the specification speaks of proxies or the network' },
      { role: 'monitoringops', reason: 'the specification speaks of monitoring' },
    ]);
  });

  it('keeps devops and loses sysadmin and securityops on a plan of three (B-54)', () => {
    const team = plan({ spec: deployment, plan: 'pro' });
    expect(team.members.map(({ role }) => role)).toEqual(['orchestrator', 'project-manager', 'devops']);
    expect(choices(team.dropped)).toEqual(['sysadmin', 'securityops']);
    expect(team.warnings).toHaveLength(2);
    expect(team.warnings[0]).toContain('plan pro carries at most 3 agents');
  });
});

describe('plan and size', () => {
  it.each([
    ['pro', ['orchestrator', 'project-manager', 'developer']],
    ['max5', ['orchestrator', 'project-manager', 'developer', 'tester', 'testrunner']],
  ])('cut the default team on %s in the documented order (Z-13)', (name, members) => {
    expect(rolesOf({ plan: name })).toEqual(members);
  });

  it.each(['pro', 'max5', 'max20'])(
    'never let a team be larger than %s allows, whatever is asked for (T-15)',
    (name) => {
      const max = catalogue.plans.find(({ id }) => id === name)?.agentsMax ?? 0;
      for (const { id } of catalogue.templates)
        for (const size of [undefined, 'small', 'large', 'enterprise'])
          for (const addRoles of [
            [],
            ['devops', 'researcher', 'databaseops', 'developer', 'developer', 'developer'],
          ]) {
            const team = plan({ plan: name, teamType: id, addRoles, ...(size !== undefined && { size }) });
            expect(team.members.length).toBeLessThanOrEqual(max);
            expect(team.members[0]?.role).toBe('orchestrator');
            expect(team.dropped.length).toBeLessThanOrEqual(team.warnings.length);
          }
    },
  );

  it('leave no role out without a warning that names it and the reason', () => {
    const team = plan({ addRoles: ['researcher'] });
    expect(team.dropped).toEqual([{ role: 'researcher', reason: 'plan max5 carries at most 5 agents' }]);
    expect(team.warnings).toEqual([
      'researcher was left out: plan max5 carries at most 5 agents. A larger plan than max5 has room for it.',
    ]);
  });

  it('of small keep four of the core and one more', () => {
    expect(rolesOf({ size: 'small' })).toEqual(['orchestrator', 'project-manager', 'developer', 'tester']);
    const team = plan({ size: 'small', addRoles: ['researcher', 'documentation-writer'] });
    expect(team.members.map(({ role }) => role)).toEqual([
      'orchestrator',
      'project-manager',
      'developer',
      'tester',
      'researcher',
    ]);
    expect(choices(team.dropped)).toEqual(['testrunner', 'documentation-writer']);
  });

  it('of large fill the team up with optional roles as far as the plan goes', () => {
    expect(rolesOf({ size: 'large', plan: 'console' })).toEqual([
      'orchestrator',
      'project-manager',
      'developer',
      'tester',
      'testrunner',
      'code-reviewer',
      'devops',
    ]);
    expect(plan({ size: 'large', plan: 'max5' }).members).toHaveLength(5);
  });

  it('are measured when nobody says, and never make the default team smaller', () => {
    expect(plan({ survey: { sourceFileCount: 3, linesEstimate: 90 } }).size).toBe('medium');
    const large = plan({ survey: { sourceFileCount: 800, linesEstimate: 9_000 } });
    expect(large).toMatchObject({
      size: 'large',
      sizeReason: 'the project has 800 source files with about 9000 lines',
    });
    expect(plan({ survey: { linesEstimate: 900_000 } }).size).toBe('enterprise');
  });

  it('that are unknown are refused', () => {
    expect(() => plan({ plan: 'free' })).toThrow(/There is no plan "free".*pro, max5, max20, console/);
    expect(() => plan({ size: 'huge' })).toThrow(/There is no team size "huge"/);
    expect(() => plan({ teamType: 'webapp2' })).toThrow(/There is no team type "webapp2"/);
  });
});

describe('roles that are named', () => {
  it('replace the team, and the orchestrator is always in it (Z-15)', () => {
    expect(rolesOf({ roles: ['developer', 'qa'] })).toEqual(['orchestrator', 'developer', 'tester']);
    expect(rolesOf({ roles: ['sysadmin', 'orchestrator'] })).toEqual(['orchestrator', 'sysadmin']);
  });

  it('join the team with --add-roles', () => {
    expect(rolesOf({ addRoles: ['researcher'], plan: 'max20' })).toEqual([
      'orchestrator',
      'project-manager',
      'developer',
      'tester',
      'testrunner',
      'researcher',
    ]);
  });

  it('may be there twice, each with a name and window of its own', () => {
    const team = plan({ roles: ['developer', 'developer', 'tester'] });
    expect(team.members.map(({ name, role, title, windowName }) => [name, role, title, windowName])).toEqual([
      ['orchestrator', 'orchestrator', 'Orchestrator', 'Orchestrator'],
      ['developer', 'developer', 'Developer', 'Developer'],
      ['developer-2', 'developer', 'Developer 2', 'Developer-2'],
      ['tester', 'tester', 'Tester', 'Tester'],
    ]);
  });

  it('are not doubled by being added once more', () => {
    expect(rolesOf({ addRoles: ['developer'] })).toEqual(rolesOf({}));
    for (const addRoles of [['developer', 'developer'], ['developer-2'], ['developer-2', 'developer-2']])
      expect(rolesOf({ addRoles, plan: 'max20' })).toEqual([...rolesOf({}), 'developer-2']);
  });

  it('that nobody knows are refused with the nearest name', () => {
    expect(() => plan({ roles: ['developper'] })).toThrow(/no role "developper".*Did you mean "developer"/);
    expect(() => plan({ addRoles: ['tester', ''] })).toThrow(
      expect.objectContaining({ code: 'ORC_PLANNER_UNKNOWN_ROLE' }) as Error,
    );
  });

  it('bring the role that they cannot do without, and say so (T-10)', () => {
    for (const role of ['monitoringops', 'securityops', 'databaseops', 'networkops']) {
      const team = plan({ roles: [role] });
      expect(team.members.map(({ name }) => name)).toEqual(['orchestrator', role, 'sysadmin']);
      expect(team.members[2]?.reason).toMatch(new RegExp(`^${role} needs it: `));
    }
  });

  it('keep what they need when another who needed it was left out', () => {
    const team = plan({
      teamType: 'web',
      size: 'small',
      plan: 'max20',
      addRoles: ['databaseops', 'monitoringops'],
    });
    expect(team.members.map(({ name }) => name)).toEqual([
      'orchestrator',
      'project-manager',
      'developer',
      'tester',
      'databaseops',
      'sysadmin',
    ]);
  });
});

describe('a data pipeline', () => {
  it('gets sysadmin for its databaseops where there is room (Z-12)', () => {
    const team = plan({ teamType: 'data_pipeline', plan: 'max20' });
    expect(team.members.map(({ name }) => name)).toEqual([
      ...getTemplate(catalogue, 'data').core,
      'sysadmin',
    ]);
    expect(team.warnings).toEqual([]);
  });

  it('keeps databaseops without it where there is not, and warns', () => {
    const team = plan({ teamType: 'data_pipeline', plan: 'max5' });
    expect(choices(team.members)).toContain('databaseops');
    expect(choices(team.dropped)).toEqual(['sysadmin']);
    expect(team.warnings).toContain(
      'databaseops works without sysadmin, though it needs somebody to install the servers.',
    );
  });
});

describe('conditions', () => {
  const room = { plan: 'console' };

  it('add devops to a web team when there is Docker (T-07)', () => {
    const team = plan({ ...room, teamType: 'web', survey: { hasDocker: true } });
    expect(team.members.at(-1)).toMatchObject({ role: 'devops', reason: 'the project has Docker files' });
    expect(rolesOf({ ...room, teamType: 'web' })).not.toContain('devops');
  });

  it('add databaseops only when all of its conditions hold (T-11, Z-18)', () => {
    const team = (databases: string[], spec = 'A rollout.') =>
      rolesOf({ ...room, teamType: 'system_deployment', spec, survey: { databases } });
    expect(team(['postgresql', 'redis'])).toContain('databaseops');
    expect(team(['postgresql'], 'Set up replication of the database.')).toContain('databaseops');
    expect(team(['postgresql'])).not.toContain('databaseops');
    expect(team([], 'Set up a cluster of machines.')).not.toContain('databaseops');
  });

  it('add monitoringops for more than five services with a promised service level', () => {
    const team = (serviceCount: number, spec: string) =>
      rolesOf({ ...room, teamType: 'data_pipeline', spec, survey: { serviceCount } });
    expect(team(6, 'There is an SLA of 99.9%.')).toContain('monitoringops');
    expect(team(0, 'Eight teams, 12 microservices, one SLA.')).toContain('monitoringops');
    expect(team(5, 'There is an SLA.')).not.toContain('monitoringops');
    expect(team(6, 'Nothing was promised.')).not.toContain('monitoringops');
  });

  it('offer securityops for any one of its conditions, since no software template has it', () => {
    for (const spec of ['It must meet GDPR.', 'It stores personal data.', 'Deploy to production on Friday.'])
      expect(choices(plan({ ...room, teamType: 'web', spec }).offered)).toContain('securityops');
    expect(choices(plan({ ...room, teamType: 'web', spec: 'A todo list.' }).offered)).not.toContain(
      'securityops',
    );
  });

  it('only offer when somebody named the team', () => {
    const team = plan({ ...room, roles: ['developer'], survey: { hasDocker: true } });
    expect(choices(team.members)).toEqual(['orchestrator', 'developer']);
    expect(choices(team.offered)).toEqual(['devops']);
  });

  it('never offer who is in the team or was left out', () => {
    const team = plan({ teamType: 'web', spec: 'Deploy with Docker.', survey: { hasDocker: true } });
    expect(choices(team.dropped)).toEqual(['devops']);
    expect(choices(team.offered)).not.toContain('devops');
  });
});

describe('who talks to whom', () => {
  it('follows the matrix of a software team (M-11, Z-05)', () => {
    const { matrix } = plan();
    expect(matrix).toMatchObject({ id: 'development', profile: 'orchestrator-hub', hub: 'orchestrator' });
    expect(matrix.talksTo).toEqual({
      orchestrator: ['project-manager', 'developer', 'tester', 'testrunner'],
      'project-manager': ['orchestrator', 'developer', 'tester', 'testrunner'],
      developer: ['orchestrator', 'project-manager', 'tester', 'testrunner'],
      tester: ['orchestrator', 'project-manager', 'developer', 'testrunner'],
      testrunner: ['orchestrator', 'project-manager', 'developer', 'tester'],
    });
  });

  it('follows the matrix of an operations team (M-12)', () => {
    const roles = ['sysadmin', 'devops', 'securityops', 'networkops', 'monitoringops', 'databaseops', 'pm'];
    const { matrix } = plan({ teamType: 'system_deployment', roles, plan: 'console' });
    const both = ['orchestrator', 'project-manager'];
    const sorted = (names: string[] = []) => [...names].sort();
    expect(sorted(matrix.talksTo['sysadmin'])).toEqual(
      sorted([...both, 'securityops', 'networkops', 'monitoringops', 'databaseops']),
    );
    expect(sorted(matrix.talksTo['databaseops'])).toEqual(sorted([...both, 'sysadmin', 'monitoringops']));
    expect(sorted(matrix.talksTo['securityops'])).toEqual(
      sorted([...both, 'sysadmin', 'networkops', 'monitoringops']),
    );
    expect(matrix.talksTo['orchestrator']).toHaveLength(7);
  });

  it('adds the neighbours of the pattern of a type (T-17)', () => {
    const { matrix } = plan({ plan: 'console', addRoles: ['devops'] });
    expect(matrix.talksTo['devops']).toContain('testrunner');
    expect(matrix.talksTo['developer']).toContain('devops');
  });

  it('lets everybody report to the project manager only under pm-hub (Z-04)', () => {
    const { matrix } = plan({ hub: 'pm-hub' });
    expect(matrix.hub).toBe('project-manager');
    expect(matrix.talksTo['developer']).toEqual(['project-manager']);
    expect(matrix.talksTo['project-manager']).toHaveLength(4);
    expect(matrix.handoffs).toContainEqual({
      from: 'developer',
      to: 'tester',
      tags: ['FAST_LANE_TRIGGER', 'test-handoff'],
    });
  });

  it('reports to the orchestrator when the hub is not in the team, and warns', () => {
    const team = plan({ hub: 'pm-hub', roles: ['developer'] });
    expect(team.matrix.hub).toBe('orchestrator');
    expect(team.matrix.talksTo['developer']).toEqual(['orchestrator']);
    expect(team.warnings).toEqual([
      'pm-hub reports to project-manager, who is not in the team; reports go to orchestrator.',
    ]);
  });

  it('never lists somebody twice, themselves or who is not there', () => {
    const { matrix, members } = plan({
      roles: ['developer', 'developer', 'tester', 'devops', 'sysadmin'],
      plan: 'max20',
    });
    for (const [name, others] of Object.entries(matrix.talksTo)) {
      expect(new Set(others).size).toBe(others.length);
      expect(others).not.toContain(name);
      for (const other of others) expect(members.map((member) => member.name)).toContain(other);
    }
    expect(matrix.handoffs.map(({ from, to }) => [from, to])).toEqual([
      ['developer', 'tester'],
      ['developer-2', 'tester'],
    ]);
  });
});

describe('what comes with a team', () => {
  it('is a check-in for each member: 30 minutes for those who lead, 45 for the others (Z-19)', () => {
    expect(plan().checkIns).toEqual([
      { name: 'orchestrator', minutes: 30 },
      { name: 'project-manager', minutes: 30 },
      { name: 'developer', minutes: 45 },
      { name: 'tester', minutes: 45 },
      { name: 'testrunner', minutes: 45 },
    ]);
    expect(plan({ plan: 'pro' }).checkIns.map(({ minutes }) => minutes)).toEqual([45, 45, 45]);
  });

  it('is advice on tokens with the factor of the size (T-16)', () => {
    expect(plan().advice.join('\n')).toMatch(
      /about 15 times.*--size small.*45 to 90 minutes.*one after the other/s,
    );
    expect(plan({ size: 'large' }).advice[0]).toContain('20 times');
    expect(plan({ plan: 'pro' }).advice).toHaveLength(4);
    expect(plan({ plan: 'max5' }).advice.at(-1)).toBe(
      'Max 5x runs 3 to 4 agents without haste; 5 use up its limit sooner.',
    );
  });

  it('is a warning about a TYPE that is no team type', () => {
    expect(plan({ spec: 'TYPE: Game\n\nBuild it.' }).warnings).toEqual([
      'The specification says TYPE: Game, which is no team type; the team is that of web_application.',
    ]);
  });
});
