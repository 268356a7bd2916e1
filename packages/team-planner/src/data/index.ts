import type { CatalogueInput } from '../catalogue-schema.ts';
import { matrices, patterns, profiles } from './communication.ts';
import { detection } from './detection.ts';
import { operationsRoles } from './roles-operations.ts';
import { softwareRoles } from './roles-software.ts';
import { specWords } from './spec-words.ts';
import { advice, conditions, facts, plans, prerequisites, sizes, templates } from './teams.ts';

/** The catalogue that comes with the package; it is read through the schema like anything a user writes. */
export const builtIn: CatalogueInput = {
  roles: { ...softwareRoles, ...operationsRoles },
  templates,
  plans,
  sizes,
  detection,
  facts,
  conditions,
  prerequisites,
  matrices,
  profiles,
  patterns,
  specWords,
  advice,
};
