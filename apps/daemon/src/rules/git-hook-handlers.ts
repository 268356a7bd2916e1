import { errors } from '../errors.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';

/** What git says in the worktrees of agents becomes events; the agent is known by its token. */
export function createGitHookHandlers({ bus }: Pick<Parts, 'bus'>): HandlersOf<'gitHook'> {
  return {
    gitHook: ({ caller, body }) => {
      if (caller.type !== 'agent') throw errors.unauthorized();
      const about = { source: 'git-hook', agent: caller.name, project: caller.project };
      if (body.hook === 'post-commit') {
        const { commit, branch, runBy } = body;
        // `by` is null where git was run by a person. The same commit, told again, has the same id.
        const data = { ...commit, branch, isMerge: commit.parents.length > 1, by: runBy };
        bus.publish('git.committed', data, { ...about, id: `git-${commit.sha}` });
      }
      return { verdict: 'pass', text: '' };
    },
  };
}
