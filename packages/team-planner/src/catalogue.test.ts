import { describe, expect, it } from 'vitest';
import { findRole, getPlan, getProfile, getRole, getSize, getTemplate, loadCatalogue } from './catalogue.ts';

const catalogue = loadCatalogue();
const withText = (text: string) => loadCatalogue({ overrides: [{ name: 'roles.yaml', text }] });

describe('the built-in catalogue', () => {
  it('knows every role with duties, a window, a branch prefix and somebody who stands in for it', () => {
    expect(catalogue.roles.map(({ id }) => id)).toEqual([
      'orchestrator',
      'project-manager',
      'developer',
      'tester',
      'testrunner',
      'researcher',
      'code-reviewer',
      'documentation-writer',
      'architect',
      'assistant',
      'logtracker',
      'devops',
      'sysadmin',
      'securityops',
      'networkops',
      'monitoringops',
      'databaseops',
    ]);
    for (const role of catalogue.roles) {
      expect(role.duties.length, role.id).toBeGreaterThanOrEqual(4);
      expect(role.directories.length, role.id).toBeGreaterThan(0);
      expect(role.standIns, role.id).not.toContain(role.id);
      expect(role.standIns.length, role.id).toBeGreaterThan(0);
    }
  });

  it.each([
    ['developer', 'feature/'],
    ['project-manager', 'pm-feature/'],
    ['tester', 'test/'],
    ['testrunner', 'testrunner/'],
    ['researcher', 'research/'],
    ['devops', 'devops/'],
  ])('gives %s the branch prefix %s (G-14)', (role, prefix) => {
    expect(getRole(catalogue, role).branchPrefix).toBe(prefix);
  });

  it('gives no two roles the same branch prefix or window', () => {
    for (const field of ['branchPrefix', 'windowName', 'title'] as const)
      expect(new Set(catalogue.roles.map((role) => role[field])).size).toBe(catalogue.roles.length);
  });

  it('lets no name mean two roles', () => {
    const names = catalogue.roles.flatMap(({ id, title, aliases }) => [
      ...new Set([id, title.toLowerCase(), ...aliases]),
    ]);
    const meant = names.map((name) => findRole(catalogue, name)?.id);
    expect(meant).toEqual(
      catalogue.roles.flatMap(({ id, title, aliases }) =>
        [...new Set([id, title.toLowerCase(), ...aliases])].map(() => id),
      ),
    );
  });

  it('checks on orchestrator and project manager every 30 minutes and on the others every 45 (Z-19)', () => {
    const minutes = Object.fromEntries(catalogue.roles.map((role) => [role.id, role.checkInMinutes]));
    expect(minutes).toMatchObject({
      orchestrator: 30,
      'project-manager': 30,
      developer: 45,
      securityops: 45,
    });
  });

  it('lets only the project manager merge (G-18)', () => {
    expect(catalogue.roles.filter(({ merges }) => merges).map(({ id }) => id)).toEqual(['project-manager']);
  });

  it('has the plans and sizes with the numbers of the requirements (T-12, T-13)', () => {
    expect(catalogue.plans.map(({ id, agentsMax }) => [id, agentsMax])).toEqual([
      ['pro', 3],
      ['max5', 5],
      ['max20', 8],
      ['console', null],
    ]);
    expect(catalogue.sizes.map(({ id, tokenFactor }) => [id, tokenFactor])).toEqual([
      ['small', 10],
      ['medium', 15],
      ['large', 20],
      ['enterprise', 25],
    ]);
  });
});

describe('looking something up', () => {
  it.each([
    ['qa', 'tester'],
    ['QA', 'tester'],
    ['pm', 'project-manager'],
    ['Project Manager', 'project-manager'],
    ['project_manager', 'project-manager'],
    ['TestRunner', 'testrunner'],
    ['test-runner', 'testrunner'],
    ['code_developer', 'developer'],
    ['security-ops', 'securityops'],
    ['documentation_writer', 'documentation-writer'],
  ])('knows the role %s as %s', (name, id) => {
    expect(getRole(catalogue, name).id).toBe(id);
  });

  it.each(['latest-impl', 'force-impl', 'npm-registry', 'developers', '', ' ', '-', 'dev:0'])(
    'never guesses a role from a part of a name such as %j (B-32)',
    (name) => {
      expect(findRole(catalogue, name)).toBeUndefined();
    },
  );

  it.each([
    [() => getRole(catalogue, 'devlopper'), 'ORC_PLANNER_UNKNOWN_ROLE', 'Did you mean "developer"?'],
    [
      () => getTemplate(catalogue, 'web_aplication'),
      'ORC_PLANNER_UNKNOWN_TEAM_TYPE',
      'Did you mean "web_application"?',
    ],
    [() => getPlan(catalogue, 'max6'), 'ORC_PLANNER_UNKNOWN_PLAN', 'Did you mean "max5"?'],
    [() => getSize(catalogue, 'meduim'), 'ORC_PLANNER_UNKNOWN_SIZE', 'Did you mean "medium"?'],
    [() => getProfile(catalogue, 'pm-hubb'), 'ORC_PLANNER_UNKNOWN_PROFILE', 'Did you mean "pm-hub"?'],
  ])('says what was meant when a name is nearly right (%#)', (call, code, text) => {
    expect(call).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) as string }) as Error,
    );
  });

  it('lists all choices, and guesses nothing that is far off', () => {
    expect(() => getTemplate(catalogue, 'banana')).toThrow(
      'There is no team type "banana". There are: web_application, system_deployment, data_pipeline, infrastructure_as_code.',
    );
  });

  it('keeps the message short when the name is not', () => {
    expect(() => getRole(catalogue, 'x'.repeat(1_000_000))).toThrow(/^There is no role "x{60}…"\./);
  });

  it.each([
    ['web_app', 'web_application'],
    ['infrastructure', 'infrastructure_as_code'],
    ['System Deployment', 'system_deployment'],
    ['code_project', 'web_application'],
  ])('takes %s for %s (Z-16)', (name, id) => {
    expect(getTemplate(catalogue, name).id).toBe(id);
  });
});

describe('overrides', () => {
  it('change one field of a role and keep the others', () => {
    const role = getRole(withText('roles: { developer: { checkInMinutes: 90 } }'), 'developer');
    expect(role).toEqual({ ...getRole(catalogue, 'developer'), checkInMinutes: 90 });
  });

  it('add a role and a team that uses it', () => {
    const own = withText(`
roles:
  designer:
    title: Designer
    kind: optional
    windowName: Designer
    duties: [Draw the screens.]
    branchPrefix: design/
templates:
  web_application: { core: [orchestrator, project-manager, designer, developer] }
`);
    expect(getRole(own, 'Designer').checkInMinutes).toBe(45);
    expect(getTemplate(own, 'web').core).toContain('designer');
  });

  it('remove an entry with null', () => {
    expect(withText('conditions: { devops-docker: null }').conditions.map(({ id }) => id)).not.toContain(
      'devops-docker',
    );
  });

  it('come one after the other', () => {
    const both = loadCatalogue({
      overrides: [
        { name: 'a', text: 'plans: { pro: { agentsMax: 2 } }' },
        { name: 'b', text: 'plans: { pro: { agentsMax: 4 } }' },
      ],
    });
    expect(getPlan(both, 'pro').agentsMax).toBe(4);
  });

  it('may be empty, and never change the built-in data', () => {
    expect(withText('')).toEqual(catalogue);
    withText('roles: { developer: { title: Someone } }');
    expect(getRole(loadCatalogue(), 'developer').title).toBe('Developer');
  });

  it.each([
    ['roles: [', 'roles.yaml', 'no YAML'],
    ['hello', 'roles.yaml', 'expected object'],
    ['rolles: {}', 'roles.yaml', 'rolles'],
    ['roles: { developer: { duty: x } }', 'roles.developer', 'duty'],
    ['roles: { developer: { checkInMinutes: 0 } }', 'roles.developer.checkInMinutes', '>=5'],
    ['roles: { tester: null }', 'standIns', 'there is no role "tester"'],
    [
      'templates: { web_application: { core: [ghost] } }',
      'templates.web_application',
      'there is no role "ghost"',
    ],
    ['templates: { web_application: { matrix: ghost } }', 'matrix', 'there is no matrix "ghost"'],
    ['detection: { fallback: ghost }', 'detection', 'there is no team type "ghost"'],
    ['plans: { max5: null }', 'plans', 'max5'],
    ['__proto__: { polluted: true }', 'roles.yaml', '__proto__'],
  ])('that say %j are refused, naming the place', (text, place, problem) => {
    const refusal = expect.objectContaining({
      code: 'ORC_PLANNER_BAD_CATALOGUE',
      message: expect.stringMatching(
        new RegExp(`${place.replaceAll('.', '\\.')}.*${problem}`, 's'),
      ) as string,
    }) as Error;
    expect(() => withText(text)).toThrow(refusal);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('cannot blow up memory with YAML aliases', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `k${i}: &k${i} [${`*${i === 0 ? 'a' : `k${i - 1}`},`.repeat(9)}]`).join('\n')}`;
    expect(() => withText(bomb)).toThrow(
      expect.objectContaining({ code: 'ORC_PLANNER_BAD_CATALOGUE' }) as Error,
    );
  });
});
