import type { ProcessIdentity } from './identity.ts';
import { readCommand, readEnvironment, readStats } from './proc.ts';

export interface FoundProcess extends ProcessIdentity {
  readonly startedAtTicks: string;
  readonly parent: number;
  /** The command line, for people to read. */
  readonly command: string;
  /** The variables that were asked for, as the process was started with them. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Every process that was started with all of these variables: `null` takes any value. A process cannot lose
 * what it was started with, so this finds also one that gave up its parent. Those of other users and, where
 * there is no `/proc`, all are left out.
 */
export function findByEnvironment(wanted: Readonly<Record<string, string | null>>): FoundProcess[] {
  const names = Object.keys(wanted);
  return readStats().flatMap(({ pid, parent, startedAtTicks }) => {
    const variables = readEnvironment(pid);
    const has = (name: string) => {
      const value = variables.get(name);
      return value !== undefined && (wanted[name] === null || value === wanted[name]);
    };
    if (!names.every(has)) return [];
    const environment = Object.fromEntries(names.map((name) => [name, variables.get(name) ?? '']));
    return [{ pid, parent, startedAtTicks, command: readCommand(pid), environment }];
  });
}
