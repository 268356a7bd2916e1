import { judge, type GitFact, type Violations, type WorkflowFact } from '@orc/compliance-rules';
import type { Agent, Project } from '@orc/registry';
import type { Parts } from '../parts.ts';
import type { GitLook, GitSight } from './git-facts.ts';
import type { Marks, RepositoryLooks } from './repository.ts';
import type { RuleBooks } from './rule-books.ts';

export interface LookDeps {
  readonly violations: Violations;
  readonly books: RuleBooks;
  readonly sight: GitSight;
  readonly repositories: RepositoryLooks;
  readonly gitFactOf: (look: GitLook) => GitFact;
  readonly workflowFactOf: (
    project: Project,
    agent: Agent,
    seen: { readonly now: number; readonly marks: Marks | undefined },
  ) => WorkflowFact;
}

export interface StateJudge {
  /** The facts of every running agent of a project, as they are now. */
  factsOf(project: Project): Promise<readonly (readonly [Agent, readonly (GitFact | WorkflowFact)[]])[]>;
  /** Judges the state of all active projects. */
  lookAtAll(): Promise<void>;
}

/** Judges what lasts: branches and work. Agents that do not run have nothing to do better. */
export function createStateJudge(
  { registry, clock }: Pick<Parts, 'registry' | 'clock'>,
  { violations, books, sight, repositories, gitFactOf, workflowFactOf }: LookDeps,
): StateJudge {
  const factsOf: StateJudge['factsOf'] = async (project) => {
    const now = clock.now();
    const repository = sight.snapshot(project.slug);
    const marks = repository && (await repositories.marks(project));
    const running = registry
      .listAgents({ project: project.slug })
      .filter(({ desired }) => desired === 'running');
    return running.map((agent) => {
      const facts = repository?.agents.find(({ owner, isMissing }) => owner === agent.id && !isMissing);
      const git = facts && marks && gitFactOf({ project, agent, repository, facts, marks, now });
      return [agent, [workflowFactOf(project, agent, { now, marks }), ...(git ? [git] : [])]];
    });
  };

  return {
    factsOf,
    async lookAtAll() {
      for (const project of registry.listProjects()) {
        if (project.status !== 'active') continue;
        const { rules } = books.of(project);
        const now = clock.now();
        for (const [agent, facts] of await factsOf(project))
          for (const fact of facts)
            violations.record(judge(rules, fact), rules, { project: project.slug, agent: agent.id, now });
        violations.sweep(rules, { project: project.slug, now });
      }
      for (const { agent } of violations.list({ state: 'open', limit: 10_000 }))
        if (registry.findAgent(agent)?.desired !== 'running') violations.release(agent, clock.now());
    },
  };
}
