import { join } from 'node:path';
import { loadCatalogue, type Catalogue } from './catalogue.ts';
import { isManifest, readCompose, readManifest, type Manifest } from './manifests.ts';
import { matchesGlob } from './glob.ts';
import type { FoundIndicator, ProjectSurvey, SuggestedCommand } from './survey-types.ts';
import { readBeginning, readTree, sumSizes, type TreeEntry } from './tree.ts';

export interface SurveyOptions {
  readonly catalogue?: Catalogue;
  /** Levels of directories that are looked into. Default 6. */
  readonly depthMax?: number;
  /** Files and directories that are looked at. Default 20 000. */
  readonly entriesMax?: number;
}

const MANIFEST_BYTES_MAX = 262_144;
const FILES_READ_MAX = 40;
const BYTES_PER_LINE = 36;
const LARGE_DATA_FILES = 100;
const LARGE_DATA_BYTES = 50_000_000;
const COMPOSE = /^(docker-)?compose[\w.-]*\.ya?ml$/;
const DOCKER = /^(Dockerfile([.-].*)?|Containerfile)$/;
const WORK_LIST = /^(TODO|ROADMAP|TASKS|BACKLOG)(\.(md|txt|org|rst))?$/i;
const TEST_FILE =
  /(^test_.*\.py|_test\.(py|go|rb|exs?)|[._-](test|spec)\.[cm]?[jt]sx?|_spec\.rb|Test\.(java|kt|cs))$/;
const TEST_DIRECTORIES = new Set(['test', 'tests', '__tests__', 'spec', 'e2e']);

/**
 * Looks at the tree of a project without running or changing anything: at most so many entries and levels,
 * past vendored directories, and never through a link.
 *
 * @throws ORC_PLANNER_NOT_A_DIRECTORY
 */
export async function surveyProject(path: string, options: SurveyOptions = {}): Promise<ProjectSurvey> {
  const { catalogue = loadCatalogue(), depthMax = 6, entriesMax = 20_000 } = options;
  const { detection } = catalogue;
  const { skippedDirectories } = detection;
  const { entries, isTruncated } = await readTree(path, { depthMax, entriesMax, skippedDirectories });
  const files = entries.filter(({ isDirectory }) => !isDirectory);
  const sources = files.filter(({ name }) => detection.sourceExtensions.includes(extensionOf(name)));
  const manifests = await readManifests(path, files);
  const compose = await readComposeFiles(path, files);
  const dependencies = [...new Set(manifests.flatMap((manifest) => manifest.dependencies))].sort();
  return {
    path,
    indicators: await findIndicators(path, catalogue, { entries, manifests, dependencies }),
    kinds: Object.entries(detection.kinds)
      .filter(([, kind]) => files.some(({ name }) => kind.files.includes(name)))
      .map(([kind]) => kind),
    dependencies,
    devServer: suggest(detection.devServers, manifests, entries),
    testCommand: suggest(detection.testCommands, manifests, entries),
    hasDocker: files.some(({ name }) => DOCKER.test(name) || COMPOSE.test(name)),
    hasTests: entries.some(({ name, isDirectory }) =>
      isDirectory ? TEST_DIRECTORIES.has(name) : TEST_FILE.test(name),
    ),
    hasContinuousIntegration: files.some(({ path: file }) =>
      /^(\.github\/workflows\/.+\.ya?ml|\.gitlab-ci\.yml|Jenkinsfile|\.circleci\/config\.yml)$/.test(file),
    ),
    databases: findDatabases(detection.databases, [...dependencies, ...compose.images]),
    serviceCount: compose.services.size + files.filter(({ name }) => name.endsWith('.service')).length,
    workLists: files.filter(({ name, depth }) => depth < 2 && WORK_LIST.test(name)).map((file) => file.path),
    fileCount: files.length,
    sourceFileCount: sources.length,
    linesEstimate: Math.round(
      (await sumSizes(sources.map((source) => join(path, source.path)))) / BYTES_PER_LINE,
    ),
    isTruncated,
  };
}

async function readManifests(root: string, files: readonly TreeEntry[]): Promise<Manifest[]> {
  const found = files.filter(({ name }) => isManifest(name)).slice(0, FILES_READ_MAX);
  return Promise.all(
    found.map(async ({ path }) =>
      readManifest(path, await readBeginning(join(root, path), MANIFEST_BYTES_MAX)),
    ),
  );
}

async function readComposeFiles(root: string, files: readonly TreeEntry[]) {
  const found = files.filter(({ name }) => COMPOSE.test(name)).slice(0, FILES_READ_MAX);
  const read = await Promise.all(
    found.map(async ({ path }) => readCompose(await readBeginning(join(root, path), MANIFEST_BYTES_MAX))),
  );
  // Variants of a compose file repeat its services, so a service counts by its name.
  return {
    services: new Set(read.flatMap(({ services }) => services)),
    images: read.flatMap(({ images }) => images),
  };
}

interface Seen {
  readonly entries: readonly TreeEntry[];
  readonly manifests: readonly Manifest[];
  readonly dependencies: readonly string[];
}

async function findIndicators(root: string, { detection }: Catalogue, seen: Seen): Promise<FoundIndicator[]> {
  const { entries, manifests, dependencies } = seen;
  const largeData = await findLargeData(root, entries, detection.dataExtensions);
  const found: FoundIndicator[] = [];
  for (const [id, indicator] of Object.entries(detection.indicators)) {
    const entry = entries.find(({ name, path, isDirectory }) =>
      isDirectory
        ? indicator.directories.includes(name)
        : indicator.files.some((glob) => matchesGlob(glob, glob.includes('/') ? path : name)),
    );
    const dependency = indicator.dependencies.find((name) => dependencies.includes(name));
    const manifest = manifests.find(
      (each) => dependency !== undefined && each.dependencies.includes(dependency),
    );
    if (entry) found.push({ id, evidence: entry.isDirectory ? `${entry.path}/` : entry.path });
    else if (dependency !== undefined)
      found.push({ id, evidence: `${dependency} in ${manifest?.path ?? 'a manifest'}` });
    else if (indicator.isLargeData && largeData !== undefined) found.push({ id, evidence: `${largeData}/` });
  }
  return found;
}

/** The first directory of the top level that holds many data files, or big ones. */
async function findLargeData(
  root: string,
  entries: readonly TreeEntry[],
  extensions: readonly string[],
): Promise<string | undefined> {
  const byDirectory = new Map<string, string[]>();
  for (const { path, name, isDirectory } of entries) {
    const slash = path.indexOf('/');
    if (isDirectory || slash < 0 || !extensions.includes(extensionOf(name))) continue;
    const directory = path.slice(0, slash);
    const paths = byDirectory.get(directory) ?? [];
    paths.push(join(root, path));
    byDirectory.set(directory, paths);
  }
  for (const [directory, paths] of byDirectory)
    if (paths.length >= LARGE_DATA_FILES || (await sumSizes(paths)) >= LARGE_DATA_BYTES) return directory;
  return undefined;
}

/** The command of the first rule that fits the manifest nearest to the root. */
function suggest(
  rules: Catalogue['detection']['devServers'],
  manifests: readonly Manifest[],
  entries: readonly TreeEntry[],
): SuggestedCommand | null {
  const names = (directory: string) =>
    entries
      .filter(({ path, name }) => path === (directory === '' ? name : `${directory}/${name}`))
      .map(({ name }) => name);
  const nearest = [...manifests].sort((left, right) => depthOf(left) - depthOf(right));
  for (const { kind, directory, path, dependencies, scripts } of nearest) {
    const here = names(directory);
    const rule = rules.find(
      (each) =>
        each.kind === kind &&
        each.files.every((file) => here.includes(file)) &&
        (each.dependencies.length === 0 || each.dependencies.some((name) => dependencies.includes(name))) &&
        (each.script === undefined || scripts.includes(each.script)),
    );
    if (!rule) continue;
    const command = adapt(rule.command, here);
    return {
      kind,
      command,
      directory,
      reason: rule.script === undefined ? path : `"${rule.script}" in ${path}`,
    };
  }
  return null;
}

function adapt(command: string, here: readonly string[]): string {
  const manager = here.includes('pnpm-lock.yaml') ? 'pnpm' : here.includes('yarn.lock') ? 'yarn' : 'npm';
  const venv = here.includes('.venv') ? '.venv' : 'venv';
  return command.replaceAll(/\bnpm\b/g, manager).replaceAll('{venv}', venv);
}

function depthOf({ directory }: Manifest): number {
  return directory === '' ? 0 : directory.split('/').length;
}

function findDatabases(
  known: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
): string[] {
  const bare = new Set(names.map((name) => name.replace(/^.*\//, '').replace(/[:@].*$/, '')));
  return Object.entries(known)
    .filter(([, aliases]) => aliases.some((alias) => bare.has(alias) || names.includes(alias)))
    .map(([database]) => database);
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}
