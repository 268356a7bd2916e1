import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const layers = {
  foundation: ['layer:foundation'],
  testing: ['layer:foundation'],
  // A library never imports another library: where two must meet, an app joins them.
  library: ['layer:foundation', 'layer:testing'],
  app: ['layer:library', 'layer:foundation', 'layer:testing'],
};

const depConstraints = [
  ...Object.entries(layers).map(([layer, allowed]) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: allowed,
  })),
  { sourceTag: 'layer:library', bannedExternalImports: ['yargs', 'pino', 'fastify'] },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/coverage', '**/node_modules', '.nx', '**/fixtures/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs', '*.ts', 'bin/*.js', 'bin/*.cjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['^.*/(tsup|vitest)\\.base(\\.ts)?$'],
          enforceBuildableLibDependency: false,
          depConstraints,
        },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': [
        'error',
        { object: 'vi', property: 'mock', message: 'Use the real thing; a hand-moved clock is fine.' },
        { object: 'vi', property: 'doMock', message: 'Use the real thing; a hand-moved clock is fine.' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['packages/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Only an app ends the process.' },
        { object: 'process', property: 'env', message: 'Only an app reads the environment; take a parameter.' },
        { object: 'vi', property: 'mock', message: 'Use the real thing; a hand-moved clock is fine.' },
        { object: 'vi', property: 'doMock', message: 'Use the real thing; a hand-moved clock is fine.' },
      ],
    },
  },
  {
    // A test reads as one story, and a suite's callback is not a function in the sense of the limit.
    files: ['**/*.test.ts', 'packages/testing/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'no-restricted-properties': ['error', { object: 'vi', property: 'mock', message: 'Use the real thing; a hand-moved clock is fine.' }] },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
