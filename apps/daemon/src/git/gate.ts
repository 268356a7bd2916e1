import type { Integration, TestRun } from '@orc/git-monitor';
import type { Project } from '@orc/registry';
import type { Parts } from '../parts.ts';
import type { Diary, IntegrateOptions } from './integrate.ts';
import type { GitTools } from './tools.ts';

interface Gated {
  readonly integration: Integration;
  readonly test: TestRun | undefined;
  /** Set when nothing may be published. */
  readonly stop?: 'untested' | 'failed';
  readonly next?: string;
}

/** The commands of a project, or those for all. */
export function commandsOf({ config }: Pick<Parts, 'config'>, { slug }: Project) {
  const { projects, testCommand, smokeCommand } = config.git.integration;
  return projects[slug] ?? { testCommand, smokeCommand };
}

/** Tests exactly the commit that would be published. A commit that passed the same command is not run again. */
export async function runGate(
  parts: Parts,
  { notices, people }: GitTools,
  input: {
    readonly project: Project;
    readonly integration: Integration;
    readonly path: string;
    readonly diary: Diary;
    readonly options: Pick<IntegrateOptions, 'withoutTests'>;
  },
): Promise<Gated> {
  const { gitJournal, bus } = parts;
  const { project, path, diary, options } = input;
  const save = (state: Integration['state']) => {
    const changed = { ...input.integration, state };
    gitJournal.saveIntegration(changed);
    return changed;
  };
  const { testCommand } = commandsOf(parts, project);
  if (testCommand === null || options.withoutTests) {
    if (options.withoutTests) {
      diary.done('test', 'no tests were run, as you asked');
      return { integration: input.integration, test: undefined };
    }
    const next = `Everything is merged on ${input.integration.id} and nothing tests it. Set git.integration.testCommand in config.yaml, or say --without-tests, and run it again.`;
    return { integration: save('untested'), test: undefined, stop: 'untested', next };
  }
  const test = await testCommit(parts, project, { sha: input.integration.head, path, command: testCommand });
  const { exitCode, durationMs } = test;
  const data = { integration: input.integration.id, sha: test.sha, exitCode, durationMs };
  bus.publish('git.integration_tested', data, {
    source: 'git',
    project: project.slug,
    severity: exitCode === 0 ? 'info' : 'warning',
  });
  if (exitCode === 0) {
    diary.done('test', `${testCommand.join(' ')} passed on ${test.sha.slice(0, 12)}`);
    return { integration: save('tested'), test };
  }
  diary.done('test', `${testCommand.join(' ')} failed on ${test.sha.slice(0, 12)}`);
  notices.tell({
    recipient: people.managerOf(project),
    severity: 'warning',
    text: `The tests of ${input.integration.id} failed, so nothing was published. See them in ${path}; when the cause is fixed on a branch, "orc git integrate" merges that and tests again.`,
    id: `gt${test.sha.slice(0, 24)}`,
  });
  const next = `See what failed in ${path}. When it is fixed on a branch, "orc git integrate" goes on.`;
  return { integration: save('failed'), test, stop: 'failed', next };
}

async function testCommit(
  { integrator, gitJournal, clock, config }: Parts,
  { slug }: Project,
  {
    sha,
    path,
    command,
  }: { readonly sha: string; readonly path: string; readonly command: readonly string[] },
): Promise<TestRun> {
  const known = gitJournal.findTestRun(slug, sha);
  if (known?.exitCode === 0 && known.command.join('\0') === command.join('\0')) return known;
  const startedAt = clock.now();
  const ran = await integrator.runCommand(command, path, config.git.integration.testTimeoutMs);
  const run = { project: slug, sha, command, startedAt, ...ran };
  gitJournal.recordTestRun(run);
  return run;
}
