/** Who solves a conflict in a file: path rules for tests first, then code, then all the rest (Z-46). */
export type FileKind = 'test' | 'code' | 'other';

/** Where in an integration a branch comes: what others stand on comes first (G-20). */
export type Area = 'infrastructure' | 'backend' | 'frontend' | 'docs' | 'tests';

const areaOrder: readonly Area[] = ['infrastructure', 'backend', 'frontend', 'docs', 'tests'];

const TEST_FOLDER = /(^|\/)(tests?|__tests__|specs?|e2e|test-plans|testdata|fixtures)\//i;
const TEST_NAME =
  /(^|\/)(test[-_][^/]*|conftest\.py|[^/]*([._-](test|tests|spec|e2e)(\.[^/]*)?|Tests?\.(java|kt|cs)|_test\.[a-z]+))$/;
const CODE =
  /\.(c|cc|cpp|h|hpp|cs|css|scss|dart|ex|exs|go|groovy|html|java|js|jsx|cjs|mjs|kt|kts|lua|m|php|pl|proto|py|r|rb|rs|scala|sh|sql|svelte|swift|ts|tsx|mts|cts|vue|zig)$/i;
const DOCS = /\.(md|mdx|rst|adoc|txt)$|(^|\/)(docs?|api-docs)\/|(^|\/)(LICENSE|NOTICE|CHANGELOG)$/i;
const INFRASTRUCTURE =
  /(^|\/)(deployment|deploy|docker|kubernetes|k8s|helm|terraform|ansible|ci-cd|infrastructure|infra|monitoring|security|network|\.github|\.gitlab)\/|(^|\/)(Dockerfile[^/]*|docker-compose[^/]*|Jenkinsfile|\.gitlab-ci\.yml)$|\.(tf|service|nginx|conf)$/i;
const FRONTEND =
  /\.(tsx|jsx|vue|svelte|css|scss|less|html)$|(^|\/)(frontend|client|web|ui|components|pages|public|styles)\//i;

export function fileKind(path: string): FileKind {
  if (TEST_FOLDER.test(path) || TEST_NAME.test(path)) return 'test';
  return CODE.test(path) ? 'code' : 'other';
}

export function areaOfFile(path: string): Area {
  if (fileKind(path) === 'test') return 'tests';
  if (INFRASTRUCTURE.test(path)) return 'infrastructure';
  if (DOCS.test(path)) return 'docs';
  return FRONTEND.test(path) ? 'frontend' : 'backend';
}

const ROLES: Readonly<Record<string, Area>> = {
  devops: 'infrastructure',
  sysadmin: 'infrastructure',
  securityops: 'infrastructure',
  networkops: 'infrastructure',
  monitoringops: 'infrastructure',
  databaseops: 'infrastructure',
  tester: 'tests',
  testrunner: 'tests',
  'documentation-writer': 'docs',
};

/** Where a branch belongs: its owner's role when that decides it, else what most of its files are. */
export function areaOfBranch(role: string, files: readonly string[]): { area: Area; why: string } {
  const base = role.replace(/-\d+$/, '').replaceAll('_', '-');
  const known = ROLES[base];
  if (known) return { area: known, why: `branches of ${base} are ${known}` };
  const counts = new Map<Area, number>();
  for (const file of files) counts.set(areaOfFile(file), (counts.get(areaOfFile(file)) ?? 0) + 1);
  let best: Area = 'backend';
  // In this order, so that of two equal ones the one that others stand on wins.
  for (const area of areaOrder) if ((counts.get(area) ?? 0) > (counts.get(best) ?? 0)) best = area;
  return { area: best, why: `${counts.get(best) ?? 0} of its ${files.length} files are ${best}` };
}

export function rankOf(area: Area): number {
  return areaOrder.indexOf(area);
}
