import type { Integration, IntegrationStep } from '@orc/git-monitor';
import type { Project } from '@orc/registry';
import { noticeId } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { Diary } from './integrate.ts';
import type { GitTools } from './tools.ts';

const MINUTE_MS = 60_000;

interface Merging {
  readonly project: Project;
  readonly integration: Integration;
  readonly path: string;
  readonly diary: Diary;
}

/**
 * Merges what is missing, each branch as it is now, and stops at the first that does not go. A branch that
 * another one has taken over needs no merge of its own, so a conflict may be solved on either.
 */
export async function mergeSteps(parts: Parts, tools: GitTools, merging: Merging): Promise<Integration> {
  const { integrator, gitJournal } = parts;
  const { project, path, diary } = merging;
  let integration: Integration = { ...merging.integration, state: 'merging' };
  const save = (changed: Partial<Integration>) => {
    integration = { ...integration, ...changed };
    gitJournal.saveIntegration(integration);
  };
  const replace = (step: IntegrationStep, head = integration.head) =>
    save({ head, steps: integration.steps.map((each) => (each.branch === step.branch ? step : each)) });
  /** True when the branch is in. */
  const mergeOne = async (step: IntegrationStep): Promise<boolean> => {
    const tip = (await integrator.commitOf(project.path, step.branch)) ?? step.tip;
    const message = `Integration: merge ${step.branch}${step.owner === null ? '' : ` of ${step.owner}`}`;
    const merged = await integrator.merge({ directory: path, branch: integration.id, tip, message });
    if (merged.status === 'conflict') {
      const why = merged.why === null ? step.why : `git cannot merge it: ${merged.why}`;
      replace({ ...step, tip, state: 'conflict', why, conflicts: merged.conflicts });
      return false;
    }
    if (merged.status === 'merged') {
      replace({ ...step, tip, state: 'merged', conflicts: [] }, merged.head);
      diary.done('merge', `merged ${step.branch} (${step.area}: ${step.why})`);
    } else if (step.state !== 'merged') replace({ ...step, tip, state: 'contained', conflicts: [] });
    return true;
  };
  await takeOverHead(parts, merging, save);
  for (const { branch } of merging.integration.steps) {
    const step = integration.steps.find((each) => each.branch === branch);
    if (!step || (await mergeOne(step))) continue;
    for (const other of await findSolutions(parts, project, step, integration.steps)) await mergeOne(other);
    if (await mergeOne(step)) continue;
    save({ state: 'conflict', dueAt: integration.dueAt ?? dueAt(parts) });
    tellOwners(parts, tools, project, integration);
    const stopped = integration.steps.find((each) => each.branch === branch);
    const files = (stopped?.conflicts ?? []).map(({ file, kind }) => `${file} (${kind})`).join(', ');
    diary.done('conflict', `stopped at ${branch}: ${files || (stopped?.why ?? '')}`);
    return integration;
  }
  save({ dueAt: null });
  return integration;
}

const dueAt = ({ clock, config }: Parts) =>
  clock.now() + config.git.integration.conflictWithinMinutes * MINUTE_MS;

/** The branch itself says how far an earlier call came. */
async function takeOverHead(
  { integrator }: Parts,
  { project, integration }: Merging,
  save: (changed: Partial<Integration>) => void,
): Promise<void> {
  const head = await integrator.commitOf(project.path, integration.id);
  if (head !== undefined && head !== integration.head) save({ head });
}

/** Other branches that hold all of this one: where its conflict was solved. */
async function findSolutions(
  { integrator }: Parts,
  { path }: Project,
  step: IntegrationStep,
  steps: readonly IntegrationStep[],
): Promise<IntegrationStep[]> {
  const tip = (await integrator.commitOf(path, step.branch)) ?? step.tip;
  const found: IntegrationStep[] = [];
  for (const other of steps) {
    if (other.branch === step.branch) continue;
    const otherTip = await integrator.commitOf(path, other.branch);
    if (otherTip !== undefined && (await integrator.isAncestor(path, tip, otherTip))) found.push(other);
  }
  return found;
}

/** Once per conflict: the notice has an id of its own for each branch and tip. */
function tellOwners(
  { bus, config }: Parts,
  { notices, people }: GitTools,
  project: Project,
  integration: Integration,
): void {
  const step = integration.steps.find(({ state }) => state === 'conflict');
  if (!step) return;
  const { branch, owner, conflicts, tip } = step;
  const minutes = config.git.integration.conflictWithinMinutes;
  const solvers = people.solversOf(project, conflicts);
  if (conflicts.length === 0) solvers.set(people.managerOf(project), []);
  for (const [recipient, files] of solvers) {
    const names = files.map(({ file, kind }) => `${file} (${kind})`).join(', ');
    const where =
      recipient === owner
        ? `In your worktree, on ${branch}: git merge ${integration.id}`
        : `The branch is ${owner ?? 'nobody'}'s; in your worktree: git merge ${branch} && git merge ${integration.id}`;
    notices.tell({
      recipient,
      severity: 'warning',
      text: `${integration.id} stops at ${branch}: ${names || step.why}. ${where}, solve it, commit, and tell ${people.managerOf(project)}, who runs "orc git integrate" again. Within ${minutes} minutes.`,
      id: noticeId('integration stopped', tip, integration.head, recipient),
    });
  }
  const data = { integration: integration.id, branch, owner, conflicts, dueAt: integration.dueAt };
  bus.publish('git.integration_stopped', data, {
    source: 'git',
    project: project.slug,
    severity: 'warning',
    ...(owner !== null && { agent: owner }),
  });
}
