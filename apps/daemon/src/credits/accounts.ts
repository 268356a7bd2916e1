import type { Agent } from '@orc/registry';
import type { CreditsConfig } from './config.ts';

/** The account whose windows an agent uses up: a named one of the configuration, else that of its runtime. */
export function accountOf(
  { id, project, runtime }: Pick<Agent, 'id' | 'project' | 'runtime'>,
  { accounts }: Pick<CreditsConfig, 'accounts'>,
): string {
  // A single agent is meant more than its whole project.
  const named = [id, `${project}/*`]
    .map((name) => Object.entries(accounts).find(([, members]) => members.includes(name))?.[0])
    .find((found) => found !== undefined);
  return named ?? runtime;
}
