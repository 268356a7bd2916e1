import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeGitRepository, makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { detectType } from './detect-type.ts';
import { parseSpec } from './spec.ts';
import { emptySurvey } from './survey-types.ts';
import { surveyProject } from './survey.ts';

const catalogue = loadCatalogue();

function makeProject(files: Readonly<Record<string, string>>): string {
  const root = makeTempDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const survey = (files: Readonly<Record<string, string>>) => surveyProject(makeProject(files), { catalogue });
const idsOf = async (files: Readonly<Record<string, string>>) =>
  (await survey(files)).indicators.map(({ id }) => id);
const typeOf = async (files: Readonly<Record<string, string>>) =>
  detectType({ catalogue, survey: await survey(files), spec: parseSpec('Go on.') }).type;

describe('the survey of a project', () => {
  it('of an empty directory finds nothing', async () => {
    const root = makeTempDirectory();
    expect(await surveyProject(root)).toEqual({ ...emptySurvey, path: root });
  });

  it('describes a web application', async () => {
    const found = await survey({
      'package.json': JSON.stringify({
        scripts: { dev: 'vite', test: 'vitest' },
        dependencies: { react: '19', pg: '8' },
        devDependencies: { express: '5' },
      }),
      'src/app.ts': 'x'.repeat(720),
      'src/app.test.ts': '',
      'docker-compose.yml':
        'services:\n  web: { build: . }\n  db: { image: "postgres:17" }\n  cache: { image: docker.io/library/redis }\n',
      '.github/workflows/ci.yml': 'on: push\n',
      'TODO.md': '- everything\n',
      'data.csv': 'a,b\n',
    });
    expect(found).toMatchObject({
      kinds: ['node'],
      dependencies: ['express', 'pg', 'react'],
      devServer: {
        kind: 'node',
        command: 'npm install && npm run dev',
        directory: '',
        reason: '"dev" in package.json',
      },
      testCommand: { command: 'npm test' },
      hasDocker: true,
      hasTests: true,
      hasContinuousIntegration: true,
      databases: ['postgresql', 'redis'],
      serviceCount: 3,
      workLists: ['TODO.md'],
      fileCount: 7,
      sourceFileCount: 2,
      linesEstimate: 20,
      isTruncated: false,
    });
    expect(found.indicators).toContainEqual({ id: 'frontend-framework', evidence: 'react in package.json' });
  });

  it.each([
    ['web_application', { 'app.py': '', 'requirements.txt': 'Flask==3\n' }],
    ['web_application', { Gemfile: "gem 'rails'\n", Dockerfile: 'FROM ruby' }],
    ['system_deployment', { 'billing_deployment_plan.md': '', 'units/billing.service': '' }],
    ['system_deployment', { 'ansible/hosts': '' }],
    ['data_pipeline', { 'airflow.cfg': '', 'requirements.txt': 'apache-airflow\n' }],
    ['data_pipeline', { 'etl/load.py': '', 'pipeline.py': '' }],
    ['infrastructure_as_code', { 'main.tf': '', 'terraform/vpc.tf': '' }],
    ['infrastructure_as_code', { 'cloudformation.json': '{}' }],
    [
      'infrastructure_as_code',
      { 'Pulumi.yaml': '', 'package.json': '{"dependencies":{"@pulumi/pulumi":"3"}}' },
    ],
  ])('recognises %s (%#)', async (type, files) => {
    expect(await typeOf(files)).toBe(type);
  });

  it('lets a hundred data files, and those of dependencies, outvote nothing (B-54)', async () => {
    const data = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`data/${index}.csv`, 'a\n']));
    const vendored = {
      'node_modules/x/airflow.cfg': '',
      'node_modules/x/pipeline.py': '',
      'vendor/etl/a.py': '',
    };
    const files = { ...data, ...vendored, 'package.json': '{"dependencies":{"vue":"3"}}' };
    expect(await idsOf(files)).toEqual(['package-json', 'frontend-framework', 'large-data']);
    expect(await typeOf(files)).toBe('web_application');
  });
});

describe('the suggested development server (A-20)', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['node', { 'package.json': '{"scripts":{"dev":"x"}}' }, 'npm install && npm run dev'],
    [
      'node with pnpm',
      { 'package.json': '{"scripts":{"dev":"x"}}', 'pnpm-lock.yaml': '' },
      'pnpm install && pnpm run dev',
    ],
    [
      'node with yarn',
      { 'package.json': '{"scripts":{"start":"x"}}', 'yarn.lock': '' },
      'yarn install && yarn start',
    ],
    [
      'FastAPI',
      { 'requirements.txt': 'fastapi[standard]>=0.1\n' },
      'source venv/bin/activate && uvicorn app.main:app --reload',
    ],
    [
      'FastAPI with .venv',
      { 'pyproject.toml': 'dependencies = ["fastapi>=0.1"]\n', '.venv/pyvenv.cfg': '' },
      'source .venv/bin/activate && uvicorn app.main:app --reload',
    ],
    [
      'Django',
      { 'manage.py': '', 'requirements.txt': 'django\n' },
      'source venv/bin/activate && python manage.py runserver',
    ],
    ['Rails', { Gemfile: 'gem "rails", "~> 8"\n' }, 'bundle install && bin/rails server'],
    ['Go', { 'go.mod': 'module x\n', 'main.go': '' }, 'go run .'],
    ['a library', { 'package.json': '{"name":"x"}' }, undefined],
  ])('of %s fits', async (_name, files, command) => {
    expect((await survey(files)).devServer?.command).toBe(command);
  });

  it('is that of the manifest nearest to the root', async () => {
    const found = await survey({
      'apps/web/package.json': '{"scripts":{"dev":"next"}}',
      'apps/web/deep/package.json': '{"scripts":{"dev":"x"}}',
    });
    expect(found.devServer).toMatchObject({
      directory: 'apps/web',
      reason: '"dev" in apps/web/package.json',
    });
  });
});

describe('the guessed test command', () => {
  it.each<[Readonly<Record<string, string>>, string | undefined]>([
    [{ 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }, undefined],
    [{ 'requirements.txt': 'pytest\n' }, 'pytest'],
    [{ 'go.mod': 'module x\n' }, 'go test ./...'],
    [{ 'Cargo.toml': '[package]\n' }, 'cargo test'],
    [{ Gemfile: 'gem "rspec"\n' }, 'bundle exec rspec'],
  ])('for %j is %s', async (files, command) => {
    expect((await survey(files)).testCommand?.command).toBe(command);
  });
});

describe('a hostile tree', () => {
  it('with malformed manifests is read as far as it goes', async () => {
    const found = await survey({
      'package.json': '{"scripts": null, "dependencies": ["react"',
      'sub/package.json': '{"scripts":{"dev":{}},"dependencies":[]}',
      'docker-compose.yml': 'services: [\n',
      'compose.yaml': 'services: 7\n',
      'go.mod': '\u0000\u0001',
    });
    expect(found).toMatchObject({ kinds: ['node', 'go'], devServer: null, serviceCount: 0 });
  });

  it('never leads out of the project or in circles through links', async () => {
    const outside = makeProject({ 'airflow.cfg': '', 'package.json': '{"dependencies":{"react":"1"}}' });
    const root = makeProject({ 'src/a.ts': '' });
    symlinkSync(outside, join(root, 'linked'));
    symlinkSync(join(outside, 'package.json'), join(root, 'package.json'));
    symlinkSync(root, join(root, 'src', 'loop'));
    const found = await surveyProject(root);
    expect(found).toMatchObject({ fileCount: 1, indicators: [], kinds: [], isTruncated: false });
  });

  it('is looked at itself when it is reached through a link', async () => {
    const root = makeProject({ 'main.tf': '' });
    const link = join(makeTempDirectory(), 'link');
    symlinkSync(root, link);
    expect((await surveyProject(link)).fileCount).toBe(1);
  });

  it('with a pipe in place of a manifest does not hang', async () => {
    const root = makeProject({ 'a.txt': '' });
    execFileSync('mkfifo', [join(root, 'package.json')]);
    expect(await surveyProject(root)).toMatchObject({ kinds: [], fileCount: 1 });
  });

  it('is seen only to its limits, which it says', async () => {
    const deep = await surveyProject(makeProject({ 'a/b/c/d/e/f/deep.tf': '', 'a/b/c/d/e/near.ts': '' }));
    expect(deep).toMatchObject({ fileCount: 1, isTruncated: true });
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}.ts`, '']));
    expect(await surveyProject(makeProject(files), { entriesMax: 20 })).toMatchObject({
      fileCount: 20,
      isTruncated: true,
    });
    expect(await surveyProject(makeProject(files), { entriesMax: 50 })).toMatchObject({
      fileCount: 50,
      isTruncated: false,
    });
  });

  it('with a directory that may not be read is surveyed without it', async () => {
    const root = makeProject({ 'closed/main.tf': '', 'a.ts': '' });
    chmodSync(join(root, 'closed'), 0o000);
    const found = await surveyProject(root);
    chmodSync(join(root, 'closed'), 0o700);
    // The super-user may read everything.
    expect(found.fileCount).toBe(process.getuid?.() === 0 ? 2 : 1);
  });

  it.each(['/no/such/place', new URL(import.meta.url).pathname])(
    'that is no directory (%s) is refused',
    async (path) => {
      await expect(surveyProject(path)).rejects.toMatchObject({ code: 'ORC_PLANNER_NOT_A_DIRECTORY' });
    },
  );

  it('is the same twice, and left as it was', async () => {
    const repository = makeGitRepository();
    repository.commit({ 'package.json': '{}', 'src/a.ts': 'x' });
    const first = await surveyProject(repository.path);
    expect(await surveyProject(repository.path)).toEqual(first);
    expect(repository.git('status', '--porcelain')).toBe('');
  });
});
