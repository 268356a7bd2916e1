import type { Progress } from '@orc/contracts';
import { describeError, isOrcError } from '@orc/errors';
import type { Agent, Project } from '@orc/registry';
import type { ListedWorktree, Rescue } from '@orc/worktree-manager';
import type { Parts } from '../parts.ts';
import { unlessServerGone } from '../system/tmux-holder.ts';
import type { Lifecycle } from './launch.ts';

/**
 * Ends a team and loses nothing: agents end side by side, their work is kept, worktrees that hold nothing
 * unsaved are removed, branches and rescue refs stay in the user's repository. Repeating it changes nothing.
 */
export async function takeDown(
  parts: Parts,
  { launcher }: { readonly launcher: Pick<Lifecycle, 'end'> },
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
  if (project.status !== 'stopped') registry.updateProject(project.slug, { status: 'stopping' });
  // Everybody: one whose launch is under way is not known to run yet.
  await endAll(launcher, registry.listAgents({ project: project.slug }), options, done);
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
  // One who was started meanwhile has made it active.
  if (registry.getProject(project.slug).status !== 'stopped') {
    registry.updateProject(project.slug, { status: 'stopped' });
    bus.publish('project.stopped', { did }, { source: 'team', project: project.slug, severity: 'notice' });
  }
  return { did, rescues: await ownRescues(parts, project, options.force) };
}

/** @throws what the first agent that could not be ended threw, when the others have ended; each is told of */
async function endAll(
  launcher: Pick<Lifecycle, 'end'>,
  agents: readonly Agent[],
  options: { readonly force: boolean },
  done: (step: string, text: string) => void,
): Promise<void> {
  const ends = await Promise.allSettled(
    agents.map(async (agent) => {
      try {
        const ended = await launcher.end(agent.id, 'stopped', options);
        if (!ended) return;
        const kept = ended.rescueRef === null ? '' : `, its uncommitted work is in ${ended.rescueRef}`;
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
