import { errors } from './errors.ts';

/** What each role waits for, by role. */
export type RoleDependencies = Readonly<Record<string, readonly string[]>>;

/** The roles that wait for this one, in the order of their names. */
export function dependentsOf(dependencies: RoleDependencies, role: string): string[] {
  return Object.entries(dependencies)
    .filter(([, needs]) => needs.includes(role))
    .map(([dependent]) => dependent)
    .sort();
}

/**
 * Checks what a role is to wait for, against all the others.
 *
 * @throws ORC_ROUTING_SELF_DEPENDENCY, ORC_ROUTING_DEPENDENCY_CYCLE naming the whole circle
 */
export function refuseCycle(dependencies: RoleDependencies, role: string, needs: readonly string[]): void {
  if (needs.includes(role)) throw errors.selfDependency(role);
  const all: RoleDependencies = { ...dependencies, [role]: needs };
  const walk = (at: string, path: readonly string[]): void => {
    if (at === role && path.length > 0) throw errors.dependencyCycle([...path, at]);
    if (path.includes(at)) return;
    for (const next of all[at] ?? []) walk(next, [...path, at]);
  };
  walk(role, []);
}
