// Everything that must hold before a change goes in. All steps run, so that one call shows all that is wrong,
// and the last line says how much that is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');

const steps = [
  { title: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { title: 'lint, types and build', command: ['nx', 'run-many', '-t', 'lint', 'typecheck', 'build'] },
  { title: 'dead code', command: ['knip', '--no-config-hints'] },
];
const tests = { title: 'tests', command: ['nx', 'run-many', '-t', 'test'] };

/**
 * @param {{ title: string, command: string[] }} step
 * @returns {boolean} whether it passed
 */
function run({ title, command: [program = '', ...args] }) {
  process.stdout.write(`\n── ${title}\n`);
  const env = { ...process.env, NX_DAEMON: 'false' };
  const { status } = spawnSync(join(root, 'node_modules', '.bin', program), args, {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  return status === 0;
}

/** The file in which each project's test runner leaves what it counted; see vitest.base.ts. */
const resultFiles = ['packages', 'apps', 'tools'].flatMap((group) =>
  readdirSync(join(root, group), { withFileTypes: true })
    .filter((entry) => existsSync(join(root, group, entry.name, 'package.json')))
    .map((entry) => join(root, group, entry.name, '.vitest', 'results.json')),
);

/**
 * @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult
 * @param {string} path
 * @returns {{ passed: number, failed: number }}
 */
function count(path) {
  // Tests that never ran did not pass.
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const { testResults } = /** @type {{ testResults: FileResult[] }} */ (
    JSON.parse(readFileSync(path, 'utf8'))
  );
  const statuses = testResults.flatMap(({ status, assertionResults }) => {
    const own = assertionResults.map((result) => result.status);
    // A file can fail though each of its tests passed: it cannot be loaded, or leaves something behind.
    return status === 'failed' && !own.includes('failed') ? [...own, 'failed'] : own;
  });
  const countOf = (/** @type {string} */ wanted) => statuses.filter((status) => status === wanted).length;
  return { passed: countOf('passed'), failed: countOf('failed') };
}

for (const path of resultFiles) rmSync(path, { force: true });
const failedSteps = steps.filter((step) => !run(step));
const testsPassed = run(tests);
const counts = resultFiles.map(count);
const passed = counts.reduce((sum, result) => sum + result.passed, 0);
const failedTests = counts.reduce((sum, result) => sum + result.failed, 0);

process.stdout.write('\n');
for (const { title } of failedSteps) process.stdout.write(`failed: ${title}\n`);
process.stdout.write(`${passed} passed, ${failedTests + failedSteps.length} failed\n`);
process.exitCode = testsPassed && failedSteps.length + failedTests === 0 ? 0 : 1;
