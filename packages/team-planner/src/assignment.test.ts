import { describe, expect, it } from 'vitest';
import { outline } from '../fixtures/outline.ts';
import type { WorkPlan } from './outline-types.ts';

const rolesOf = (plan: WorkPlan) => Object.fromEntries(plan.tasks.map(({ title, role }) => [title, role]));

describe('who does a task', () => {
  it('is whom the specification names', () => {
    const plan = outline('- Paint [tester]\n- Draw @pm\n- Sing (role: orchestrator)');
    expect(rolesOf(plan)).toEqual({ Paint: 'tester', Draw: 'project-manager', Sing: 'orchestrator' });
  });

  it.each([
    ['Write unit tests for the API endpoint', 'tester'],
    ['Test the login', 'tester'],
    ['Run the test suite every hour', 'testrunner'],
    ['Implement the login form with unit tests', 'developer'],
    ['Fix the crash in the report', 'developer'],
    ['Write the README', 'project-manager'],
    ['Review the code', 'project-manager'],
    ['Deploy to staging', 'developer'],
    ['Something else entirely', 'developer'],
  ])('%j is for %s in the default team', (title, role) => {
    expect(rolesOf(outline(`- ${title}`))).toEqual({ [title]: role });
  });

  it.each([
    ['Create the service user and its permissions', 'sysadmin'],
    ['Deploy to production with Docker', 'devops'],
    ['Configure the firewall and fail2ban', 'securityops'],
    ['Set up nginx as reverse proxy', 'networkops'],
    ['Build Grafana dashboards and alert rules', 'monitoringops'],
    ['Set up PostgreSQL replication', 'databaseops'],
    ['Implement the health check function', 'devops'],
  ])('%j is for %s in an operations team', (title, role) => {
    const roles = ['sysadmin', 'devops', 'securityops', 'networkops', 'monitoringops', 'databaseops'];
    const ask = { teamType: 'system_deployment', plan: 'console', roles };
    expect(rolesOf(outline(`- ${title}`, ask))).toEqual({ [title]: role });
  });

  it('is only ever a member of the team, with a warning when another was named', () => {
    const plan = outline('- Find options [researcher]\n- Compare them [researcher]\n- Document it', {
      roles: ['developer'],
    });
    expect(rolesOf(plan)).toEqual({
      'Find options': 'developer',
      'Compare them': 'developer',
      'Document it': 'developer',
    });
    expect(plan.warnings).toEqual([
      'The specification names researcher for 2 tasks; developer does that, since researcher is not in the team.',
    ]);
  });

  it('is the orchestrator when there is nobody else', () => {
    expect(rolesOf(outline('- Build it', { roles: ['orchestrator'] }))).toEqual({
      'Build it': 'orchestrator',
    });
  });

  it('is the role, not one of two agents that have it', () => {
    const plan = outline('- Build it [developer-2]', { roles: ['developer', 'developer'] });
    expect(rolesOf(plan)).toEqual({ 'Build it': 'developer' });
  });

  it('comes with a reason', () => {
    const reasons = outline('- Paint [tester]\n- Write the README\n- Sing').assignments.map(
      ({ reason }) => reason,
    );
    expect(reasons).toEqual([
      'the specification names tester',
      '"readme" is work of documentation-writer, and project-manager does its work here',
      'developer implements in this team',
    ]);
  });
});
