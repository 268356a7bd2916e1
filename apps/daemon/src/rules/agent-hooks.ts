import { join } from 'node:path';
import { createGitHooks } from '@orc/git-hooks';
import type { Agent } from '@orc/registry';
import type { Parts } from '../parts.ts';
import type { Programs } from '../team/settings.ts';

export interface AgentHooks {
  /** Puts git hooks into an agent's worktree, or takes them out, as the configuration says. Never throws. */
  prepare(agent: Agent): Promise<void>;
}

/** Git hooks in the worktrees of agents, and nowhere else; they tell the daemon and carry its verdicts. */
export function createAgentHooks(
  { config, layout, log, environment }: Pick<Parts, 'config' | 'layout' | 'log' | 'environment'>,
  programs: Programs,
): AgentHooks {
  const hooks = createGitHooks({ environment });
  return {
    async prepare({ id, worktreePath: worktree }) {
      if (worktree === null) return;
      try {
        if (config.rules.gitHooks === 'off') await hooks.remove(worktree);
        else
          await hooks.install({
            worktree,
            program: {
              argv: ['/usr/bin/env', '-u', 'NODE_EXTRA_CA_CERTS', programs.node, programs.gitHook],
              environment: {
                ORC_HOME: layout.home,
                ORC_SOCKET: layout.socket,
                ORC_AGENT: id,
                ORC_TOKEN_FILE: join(layout.agents, id, 'token'),
              },
            },
          });
      } catch (error) {
        // An agent works as well without them; what it commits is seen later, by looking.
        log.warn({ err: error, agent: id }, 'the git hooks of a worktree could not be put in place');
      }
    },
  };
}
