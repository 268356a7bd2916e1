import type { WorktreeView } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import type { Project } from '@orc/registry';
import type { ListedWorktree } from '@orc/worktree-manager';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { ownRescues, ownWorktrees } from './down.ts';

type Names = 'worktrees' | 'changeWorktrees' | 'rescues' | 'rescue' | 'restoreRescue';

/** Calls about what agents have written: their worktrees, and what was rescued from them. */
export function createWorkHandlers(parts: Parts, targets: Targets): HandlersOf<Names> {
  const { registry, worktrees } = parts;
  const projectOf = (caller: Caller, name: string | undefined): Project =>
    registry.getProject(targets.projectOf(caller, name));

  return {
    worktrees: async ({ caller, query }) => {
      const project = projectOf(caller, query.project);
      const listed = await ownWorktrees(parts, project);
      return {
        worktrees: await Promise.all(listed.map((each) => viewOf(worktrees, each, project.parentBranch))),
      };
    },
    changeWorktrees: async ({ caller, params, body }) => {
      const project = projectOf(caller, body.project);
      if (params.action === 'clean')
        return {
          did: await removeIdle(parts, project, body.force),
          rescues: await ownRescues(parts, project),
        };
      const { repaired, pruned, broken, rescues } = await worktrees.repair({
        repository: project.path,
        project: project.slug,
      });
      const did = [
        ...repaired.map((path) => `found ${path} again`),
        ...pruned.map((path) => `cleared the registration of ${path}`),
        ...broken.map((path) => `cannot take back ${path}`),
      ];
      return { did, rescues: [...rescues] };
    },
    rescues: async ({ caller, query }) => ({
      rescues: await ownRescues(parts, projectOf(caller, query.project)),
    }),
    rescue: async ({ caller, body }) => {
      const repository = projectOf(caller, body.project).path;
      const shown = await worktrees.showRescue({ repository, ref: body.ref });
      return { ...shown, files: [...shown.files] };
    },
    restoreRescue: async ({ caller, body }) => {
      const repository = projectOf(caller, body.project).path;
      const { agentId } = await worktrees.showRescue({ repository, ref: body.ref });
      const path = body.into ?? registry.findAgent(agentId)?.worktreePath;
      if (path === undefined || path === null)
        throw errors.badRequest(['the agent of this rescue is gone; say into which directory']);
      const restored = await worktrees.restoreRescue({ ref: body.ref, path, force: body.force });
      return { path: restored.path, files: [...restored.files] };
    },
  };
}

/** A worktree whose directory is gone is shown with what its registration still says. */
async function viewOf(
  worktrees: Parts['worktrees'],
  { agentId, path, branch, head, isMissing }: ListedWorktree,
  parent: string,
): Promise<WorktreeView> {
  if (isMissing)
    return { agentId, path, branch, head, ahead: null, behind: null, dirtyFiles: [], untrackedFiles: [] };
  const state = await worktrees.describe(path, { parent });
  return {
    ...state,
    agentId,
    dirtyFiles: [...state.dirtyFiles],
    untrackedFiles: [...state.untrackedFiles],
  };
}

/** Removes the worktrees in which no agent is at work. */
async function removeIdle(parts: Parts, project: Project, force: boolean): Promise<string[]> {
  const { registry, worktrees } = parts;
  const did: string[] = [];
  for (const { agentId, path } of await ownWorktrees(parts, project)) {
    if (registry.findAgent(agentId)?.desired === 'running') continue;
    try {
      const { isRemoved } = await worktrees.remove({ path, force });
      if (isRemoved) did.push(`removed ${path}`);
    } catch (error) {
      // One that cannot be removed is no reason to keep the others.
      if (!isOrcError(error)) throw error;
      did.push(`kept ${path}: ${error.message}`);
    }
  }
  return did;
}
