import type { Progress } from '@orc/contracts';
import { describeError, isOrcError } from '@orc/errors';
import type { Agent, Project } from '@orc/registry';
import type { ListedWorktree, Rescue } from '@orc/worktree-manager';
import type { Parts } from '../parts.ts';
import { unlessServerGone } from '../system/tmux-holder.ts';
import { endAgent } from './end.ts';

/**
 * Ends a team and loses nothing: agents end side by side, their work is kept, worktrees that hold nothing
 * unsaved are removed, branches and rescue refs stay in the user's repository. Repeating it changes nothing.
 */
export async function takeDown(
  parts: Parts,
  project: Project,
  options: { readonly force: boolean },
  report: (progress: Progress) => void,
): Promise<{ did: string[]; rescues: Rescue[] }> {
  const { registry, worktrees, tmux, panes, bus } = parts;
  const did: string[] = [];
  const done = (step: string, text: string) => {
    did.push(text);
    report({ step, text });
  };
  const running = registry
    .listAgents({ project: project.slug })
    .filter(({ desired, paneId }) => desired === 'running' || paneId !== null);
  if (project.status !== 'stopped') registry.updateProject(project.slug, { status: 'stopping' });
  await endAll(parts, running, options, done);
  const sessionId = (await panes()).find(({ sessionName }) => sessionName === project.tmuxSession)?.sessionId;
  if (sessionId !== undefined) {
    await unlessServerGone((await tmux()).killSession(sessionId));
    done('session', `closed the tmux session ${project.tmuxSession}`);
  }
  for (const { agentId, path } of await ownWorktrees(parts, project, options.force)) {
    try {
      const { isRemoved, branch } = await worktrees.remove({ path, force: options.force });
      if (isRemoved) done('worktree', `removed the worktree of ${agentId}; its branch ${branch ?? ''} stays`);
    } catch (error) {
      if (!isOrcError(error)) throw error;
      done('worktree', `kept ${path}: ${error.message}`);
    }
  }
  if (project.status !== 'stopped') {
    registry.updateProject(project.slug, { status: 'stopped' });
    bus.publish('project.stopped', { did }, { source: 'team', project: project.slug, severity: 'notice' });
  }
  return { did, rescues: await ownRescues(parts, project, options.force) };
}

/** @throws what the first agent that could not be ended threw, when the others have ended; each is told of */
async function endAll(
  parts: Parts,
  agents: readonly Agent[],
  options: { readonly force: boolean },
  done: (step: string, text: string) => void,
): Promise<void> {
  const ends = await Promise.allSettled(
    agents.map(async (agent) => {
      try {
        const { rescueRef } = await endAgent(parts, agent, 'stopped', options);
        const kept = rescueRef === null ? '' : `, its uncommitted work is in ${rescueRef}`;
        done('stop', `stopped ${agent.id}${kept}`);
      } catch (error) {
        done('stop', `could not stop ${agent.id}: ${describeError(error)}`);
        throw error;
      }
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** A repository that is gone has no worktrees; without force that is an error, since it may only be out of reach. */
export async function ownWorktrees(
  { worktrees }: Pick<Parts, 'worktrees'>,
  { path, slug }: Project,
  isForced = false,
): Promise<ListedWorktree[]> {
  try {
    return (await worktrees.list(path)).filter(({ project }) => project === slug);
  } catch (error) {
    if (isForced && isOrcError(error)) return [];
    throw error;
  }
}

export async function ownRescues(
  { worktrees }: Pick<Parts, 'worktrees'>,
  { path, slug }: Project,
  isForced = false,
): Promise<Rescue[]> {
  try {
    return (await worktrees.listRescues(path)).filter(({ agentId }) => agentId.startsWith(`${slug}/`));
  } catch (error) {
    if (isForced && isOrcError(error)) return [];
    throw error;
  }
}
