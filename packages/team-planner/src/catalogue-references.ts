import type { CatalogueData } from './catalogue-schema.ts';
import { derivedFacts } from './project-facts.ts';

interface Issue {
  readonly path: string;
  readonly message: string;
}

/** What a schema cannot see: every name that one entry uses must be an entry of its own. */
export function checkReferences(data: CatalogueData): Issue[] {
  const issues: Issue[] = [];
  const types = Object.keys(data.templates);
  const expect = (known: readonly string[], what: string, path: string, names: readonly string[]) => {
    for (const name of names)
      if (!known.includes(name)) issues.push({ path, message: `there is no ${what} "${name}"` });
  };
  const expectRoles = (path: string, names: readonly string[]) =>
    expect(['*', ...Object.keys(data.roles)], 'role', path, names);

  for (const id of ['orchestrator', 'project-manager']) expectRoles('roles', [id]);
  if (data.plans['max5'] === undefined)
    issues.push({ path: 'plans', message: 'the default plan max5 is missing' });
  if (data.sizes['medium'] === undefined)
    issues.push({ path: 'sizes', message: 'the size medium is missing' });
  if (data.profiles['orchestrator-hub'] === undefined)
    issues.push({ path: 'profiles', message: 'the default profile orchestrator-hub is missing' });
  for (const [id, role] of Object.entries(data.roles)) expectRoles(`roles.${id}.standIns`, role.standIns);
  for (const [id, template] of Object.entries(data.templates)) {
    expectRoles(`templates.${id}`, [...template.core, ...template.optional, template.implementing]);
    expect(Object.keys(data.matrices), 'matrix', `templates.${id}.matrix`, [template.matrix]);
  }
  const facts = [...derivedFacts, ...Object.keys(data.facts)];
  for (const [id, { role, when, types: onlyFor = [] }] of Object.entries(data.conditions)) {
    expect(
      facts,
      'fact',
      `conditions.${id}.when`,
      when.map(({ fact }) => fact),
    );
    expectRoles(`conditions.${id}.role`, [role]);
    expect(types, 'team type', `conditions.${id}.types`, onlyFor);
  }
  for (const [id, { needs }] of Object.entries(data.prerequisites)) {
    expectRoles('prerequisites', [id]);
    expectRoles(`prerequisites.${id}.needs`, needs);
  }
  for (const [id, { talksTo }] of Object.entries(data.matrices))
    for (const [from, to] of Object.entries(talksTo)) expectRoles(`matrices.${id}.talksTo`, [from, ...to]);
  for (const [id, profile] of Object.entries(data.profiles)) {
    expectRoles(`profiles.${id}.hub`, [profile.hub]);
    for (const [from, to] of Object.entries(profile.talksTo))
      expectRoles(`profiles.${id}.talksTo`, [from, ...to]);
    expectRoles(
      `profiles.${id}.handoffs`,
      profile.handoffs.flatMap(({ from, to }) => [from, to]),
    );
  }
  for (const [id, { lines, down }] of Object.entries(data.patterns)) {
    expect(types, 'team type', 'patterns', [id]);
    expectRoles(`patterns.${id}`, [...lines.flat(), ...down.flat()]);
  }
  expect(types, 'team type', 'detection', [data.detection.fallback, ...data.detection.tieOrder]);
  for (const [id, { type }] of Object.entries(data.detection.indicators))
    expect(types, 'team type', `detection.indicators.${id}.type`, [type]);
  return issues;
}
