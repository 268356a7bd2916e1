import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openRegistry } from '@orc/registry';
import type { World } from './world.ts';

export interface Furnished {
  readonly slug?: string;
  readonly path?: string;
  readonly createdAt?: number;
  /** Roles whose last turn is over. Default: none; all others count as starting. */
  readonly idle?: readonly string[];
  /** Where the worktree of a role is, and its branch. Default: none. */
  readonly worktreeOf?: (
    role: string,
  ) => { readonly worktreePath: string; readonly branch: string } | undefined;
}

/**
 * A team that is known and counted as there, though none of it has a window: enough for everything but tmux.
 * The token of each agent is its id.
 */
export function furnish(
  world: World,
  roles: readonly string[],
  { slug = 'shop', path = join(world.home, slug), createdAt = 1, worktreeOf, idle = [] }: Furnished = {},
): void {
  using registry = openRegistry({ path: join(world.orcHome, 'orc.db') });
  registry.saveProject({
    ...{ slug, name: slug, path, parentBranch: 'main', specPath: null, specText: null },
    ...{ teamType: 'web_application', plan: 'max5', size: 'medium', runtime: 'sim', tmuxSession: slug },
    ...{ status: 'active', hub: 'orchestrator', createdAt },
  });
  for (const role of roles) {
    const id = `${slug}/${role}` as const;
    const isIdle = idle.includes(role);
    const { worktreePath = null, branch = null } = worktreeOf?.(role) ?? {};
    registry.saveAgent({
      ...{ id, project: slug, role, title: role, windowName: role, branch, worktreePath, runtime: 'sim' },
      ...{ tokenHash: createHash('sha256').update(id).digest('hex'), desired: 'running', paneId: null },
      ...{ tmuxServer: null, pid: null, pidStartedAt: null, sessionId: null, transcriptPath: null },
      ...{ launchedAt: isIdle ? createdAt : null, launchCount: 0, isTemporary: false, purpose: null },
    });
    if (isIdle)
      registry.recordFact({ agentId: id, kind: 'turn.stopped', value: {}, source: 'hook', at: Date.now() });
  }
}
