import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openRegistry } from '@orc/registry';
import { as, type World } from './world.ts';

const SLUG = 'shop';

export interface Furnished {
  /** Default: a directory of this name in the home, which need not be there. */
  readonly path?: string;
  /** Where the worktree of a role is, and its branch. Default: none. */
  readonly worktreeOf?: (
    role: string,
  ) => { readonly worktreePath: string; readonly branch: string } | undefined;
}

/**
 * A team that is known and counted as there, though none of it has a window: enough for everything but tmux.
 * The token of each agent is its id, and lies where `as` looks for it.
 */
export function furnish(
  world: World,
  roles: readonly string[],
  { path = join(world.home, SLUG), worktreeOf }: Furnished = {},
): void {
  using registry = openRegistry({ path: join(world.orcHome, 'orc.db') });
  registry.saveProject({
    ...{ slug: SLUG, name: SLUG, path, parentBranch: 'main', specPath: null, specText: null },
    ...{ teamType: 'web_application', plan: 'max5', size: 'medium', runtime: 'sim', tmuxSession: SLUG },
    ...{ status: 'active', hub: 'orchestrator', createdAt: 1 },
  });
  for (const role of roles) {
    const id = `${SLUG}/${role}` as const;
    const { worktreePath = null, branch = null } = worktreeOf?.(role) ?? {};
    registry.saveAgent({
      ...{ id, project: SLUG, role, title: role, windowName: role, branch, worktreePath, runtime: 'sim' },
      ...{ tokenHash: createHash('sha256').update(id).digest('hex'), desired: 'running', paneId: null },
      ...{ tmuxServer: null, pid: null, pidStartedAt: null, sessionId: null, transcriptPath: null },
      ...{ launchedAt: null, launchCount: 0, isTemporary: false, purpose: null },
    });
    const { ORC_TOKEN_FILE: token } = as(world, role);
    mkdirSync(dirname(token), { recursive: true, mode: 0o700 });
    writeFileSync(token, `${id}\n`, { mode: 0o600 });
  }
}
