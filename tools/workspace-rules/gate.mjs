// Everything that must hold before a change goes in. All steps run, so that one call shows all that is wrong,
// and the last line says how much that is.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

const CORES_FOR_TWO = 4;
const root = resolve(import.meta.dirname, '..', '..');

/** @typedef {{ title: string, command: string[], isLive?: boolean }} Step */

/**
 * Steps that share nothing, in two rows that take about equally long: a small machine has two cores.
 *
 * @type {Step[][]}
 */
const rows = [
  [
    { title: 'lint', command: ['eslint', '.'] },
    { title: 'dead code', command: ['knip', '--no-config-hints'] },
  ],
  [
    { title: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
    { title: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  ],
];
/** @type {Step} */
const build = { title: 'build', command: ['nx', 'run-many', '-t', 'build'] };
/**
 * The teams that the command line's tests run take as long as all other tests together. One suite with one worker
 * keeps one and a half cores busy with the processes of its team; what waits for more of them is late, and looks
 * like a fault. So two at a time are for machines that have the cores, and would not be faster on others.
 *
 * @type {Step[][]}
 */
const tests = ['-p', '--exclude'].map((option) => [
  {
    title: option === '-p' ? 'tests of the command line' : 'all other tests',
    command: ['nx', 'run-many', '-t', 'test', option, '@orc/cli', '--parallel=1'],
    isLive: true,
  },
]);

/**
 * Says what the step said in one piece when it has ended, so that two at a time stay readable; long ones are heard
 * as they go.
 *
 * @param {Step} step
 * @returns {Promise<boolean>} whether it passed
 */
async function run({ title, command: [program = '', ...args], isLive = false }) {
  const startedAt = performance.now();
  const child = spawn(join(root, 'node_modules', '.bin', program), args, {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
    stdio: isLive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Buffer[]} */
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => said.push(part));
  const status = await new Promise((done) => child.on('error', () => done(1)).on('close', done));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`\n── ${title}: ${status === 0 ? 'passed' : 'failed'} after ${seconds} s\n`);
  process.stdout.write(Buffer.concat(said));
  return status === 0;
}

/**
 * @param {readonly Step[]} steps
 * @returns {Promise<Step[]>} those that failed
 */
async function runInTurn(steps) {
  const failed = [];
  for (const step of steps) if (!(await run(step))) failed.push(step);
  return failed;
}

/**
 * @param {readonly Step[][]} steps
 * @returns {Promise<Step[]>} those that failed
 */
async function runBeside(steps) {
  return (await Promise.all(steps.map(runInTurn))).flat();
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
const failedSteps = [...(await runBeside(rows)), ...(await runInTurn([build]))];
const failedSuites = await (availableParallelism() < CORES_FOR_TWO
  ? runInTurn(tests.flat())
  : runBeside(tests));
const counts = resultFiles.map(count);
const passed = counts.reduce((sum, result) => sum + result.passed, 0);
const failedTests = counts.reduce((sum, result) => sum + result.failed, 0);

process.stdout.write('\n');
for (const { title } of failedSteps) process.stdout.write(`failed: ${title}\n`);
process.stdout.write(`${passed} passed, ${failedTests + failedSteps.length} failed\n`);
process.exitCode = failedSteps.length + failedSuites.length + failedTests === 0 ? 0 : 1;
