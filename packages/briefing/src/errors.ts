import { OrcError } from '@orc/errors';

interface Issue {
  readonly path: string;
  readonly message: string;
}

export const errors = {
  badRules: (issues: readonly Issue[]) =>
    new OrcError(
      'ORC_BRIEFING_BAD_RULES',
      `A briefing cannot state these rules: ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}. Correct the configuration.`,
      { issues },
    ),
} as const;
