import { workRules, type WorkRule } from './data/work-rules.ts';

/** What follows from a kind of work; `undefined` for kinds that nothing follows from. */
export function findWorkRule(kind: string): WorkRule | undefined {
  return workRules.find((rule) => rule.kind === kind);
}

/** The members that go on with it: those of the first role that is there, or the hub. */
export function whoGoesOn(
  { to }: Pick<WorkRule, 'to'>,
  members: readonly { readonly name: string; readonly role: string }[],
  hub: string,
): string[] {
  for (const role of to) {
    const found = members.filter((member) => member.role === role).map(({ name }) => name);
    if (found.length > 0) return found;
  }
  return [hub];
}
