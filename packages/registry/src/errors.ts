import { OrcError } from '@orc/errors';

interface Issue {
  readonly path: string;
  readonly message: string;
}

export const errors = {
  unknownProject: (slug: string) =>
    new OrcError(
      'ORC_REGISTRY_UNKNOWN_PROJECT',
      `There is no project "${slug}". Start one with "orc up", or look at "orc status".`,
      { slug },
    ),
  unknownAgent: (id: string) =>
    new OrcError(
      'ORC_REGISTRY_UNKNOWN_AGENT',
      `There is no agent "${id}". "orc agent list" shows the ones there are.`,
      { id },
    ),
  slugTaken: (slug: string, path: string, holderPath: string) =>
    new OrcError(
      'ORC_REGISTRY_SLUG_TAKEN',
      `The name "${slug}" belongs to the project in ${holderPath}. Give the one in ${path} another name.`,
      { slug, path, holderPath },
    ),
  pathTaken: (path: string, slug: string, holder: string) =>
    new OrcError(
      'ORC_REGISTRY_PATH_TAKEN',
      `${path} is already the project "${holder}". Use that name, or end it before it becomes "${slug}".`,
      { path, slug, holder },
    ),
  tokenTaken: (id: string) =>
    new OrcError(
      'ORC_REGISTRY_TOKEN_TAKEN',
      `The token given to "${id}" already belongs to another agent. Make a new one: a token names one agent only.`,
      { id },
    ),
  invalid: (what: string, issues: readonly Issue[]) =>
    new OrcError(
      'ORC_REGISTRY_INVALID',
      `This is no valid ${what}: ${issues.map(({ path, message }) => `${path || 'it'}: ${message}`).join('; ')}. Nothing was written.`,
      { what, issues },
    ),
} as const;
