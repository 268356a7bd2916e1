import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const layers = {
  foundation: ['layer:foundation', 'layer:testing'],
  testing: ['layer:foundation'],
  // A library never imports another library: where two must meet, an app joins them.
  library: ['layer:foundation', 'layer:testing'],
  app: ['layer:library', 'layer:foundation', 'layer:testing'],
  tool: ['layer:app', 'layer:library', 'layer:foundation', 'layer:testing'],
};

const depConstraints = [
  ...Object.entries(layers).map(([layer, allowed]) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: allowed,
  })),
  // Libraries reach SQLite through @orc/sqlite, which opens it with the pragmas that keep promises.
  { sourceTag: 'layer:library', bannedExternalImports: ['yargs', 'pino', 'fastify', 'better-sqlite3'] },
];

const mocks = ['mock', 'doMock'].map((property) => ({
  object: 'vi',
  property,
  message: 'Use the real thing; a hand-moved clock is fine.',
}));
const exit = { object: 'process', property: 'exit', message: 'Only an app ends the process.' };
const environment = {
  object: 'process',
  property: 'env',
  message: 'Only an app reads the environment; take a parameter.',
};

const testOnly = ['@orc/testing', 'vitest'].map((name) => ({
  name,
  message: 'Only a test may import this.',
}));

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/coverage',
      '**/node_modules',
      '.nx',
      '.tools',
      '**/fixtures/**',
      // Written and removed by the root tests; see tools/workspace-rules.
      '**/.planted-*',
      '**/.example-*',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        // One program of everything takes a third of the time of one per project.
        project: './tsconfig.json',
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
      'no-restricted-properties': ['error', ...mocks],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['{packages,apps}/*/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export it by name.' },
        { selector: 'ExportAllDeclaration[exported=null]', message: 'Name what others may use.' },
      ],
      'no-restricted-imports': ['error', { paths: testOnly }],
    },
  },
  {
    files: ['packages/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', exit, environment, ...mocks],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [...testOnly, { name: 'node:process', message: 'Take a parameter.' }] },
      ],
    },
  },
  {
    // A test reads as one story, and a suite's callback is not a function in the sense of the limit.
    files: ['**/*.test.ts', '**/test/**/*.ts', 'packages/testing/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-properties': ['error', ...mocks],
      'no-restricted-imports': 'off',
    },
  },
  {
    // No program has these: they are there for the moment in which lint-rules.test.ts looks at them.
    files: ['**/.planted-*.ts'],
    languageOptions: {
      parserOptions: {
        project: null,
        projectService: { allowDefaultProject: ['{packages,apps}/*/src/.planted-*.ts'] },
      },
    },
  },
  // Started by tests as processes of their own; what they say is their output.
  { files: ['**/test/programs/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
