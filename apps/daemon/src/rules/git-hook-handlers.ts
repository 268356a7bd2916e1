import { judge, type GitFact, type Verdict, type Violations } from '@orc/compliance-rules';
import type { Agent, Project } from '@orc/registry';
import { errors } from '../errors.ts';
import type { Call, HandlersOf } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import { aboutAgent } from './git-facts.ts';
import type { RepositoryLooks } from './repository.ts';
import type { RuleBooks } from './rule-books.ts';

type Body = Call<'gitHook'>['body'];
type Answer = { readonly verdict: 'pass' | 'warn' | 'refuse'; readonly text: string };

interface Deps {
  readonly violations: Violations;
  readonly books: RuleBooks;
  readonly repositories: RepositoryLooks;
  readonly isOn: () => boolean;
  /** Called when something was judged that others may have to be told. */
  readonly onJudged: () => void;
}

const PASS: Answer = { verdict: 'pass', text: '' };
/** Subjects that git itself writes, or that end in another commit. */
const MADE_BY_GIT = /^(Merge|Revert|fixup!|squash!|amend!)/;
const BRANCHES = 'refs/heads/';

/** What git says in the worktrees of agents: commits become events, messages and pushes are judged. */
export function createGitHookHandlers(
  { bus, registry, config, clock }: Pick<Parts, 'bus' | 'registry' | 'config' | 'clock'>,
  { violations, books, repositories, isOn, onJudged }: Deps,
): HandlersOf<'gitHook'> {
  const judgeFact = (project: Project, agent: Agent, fact: GitFact, isKept: boolean): readonly Verdict[] => {
    const { rules } = books.of(project);
    const judgement = judge(rules, fact);
    if (isKept)
      violations.record(judgement, rules, { project: project.slug, agent: agent.id, now: clock.now() });
    return judgement.violations;
  };

  return {
    gitHook: async ({ caller, body }) => {
      if (caller.type !== 'agent') throw errors.unauthorized();
      const agent = registry.getAgent(caller.name);
      const project = registry.getProject(agent.project);
      const about = { source: 'git-hook', agent: agent.id, project: project.slug };
      // A person may work in an agent's worktree, and is held to nothing there.
      const isJudged = isOn() && body.runBy === agent.id;
      if (body.hook === 'post-commit') {
        const { commit, branch, runBy } = body;
        const isMerge = commit.parents.length > 1;
        // The same commit, told again, has the same id.
        const data = { ...commit, branch, isMerge, by: runBy };
        bus.publish('git.committed', data, { ...about, id: `git-${commit.sha}` });
        const fact = {
          ...commitFact(project, agent, branch, commit.subject),
          moment: 'committed',
          isMerge,
        } as const;
        if (isJudged) judgeFact(project, agent, fact, true);
        if (isJudged) onJudged();
        return PASS;
      }
      if (body.hook === 'commit-msg') {
        const subject = subjectOf(body.message);
        const isMerge = MADE_BY_GIT.test(subject);
        const fact = {
          ...commitFact(project, agent, body.branch, subject),
          moment: 'commit-msg',
          isMerge,
        } as const;
        // Nothing has happened yet; the commit itself is judged when it is there.
        return isJudged ? answerOf(judgeFact(project, agent, fact, false), config.rules.gitHooks) : PASS;
      }
      const { branch, remote, refs, runBy } = body;
      bus.publish('git.push_attempted', { branch, remote, refs, by: runBy }, about);
      if (!isJudged) return PASS;
      const facts = await pushFacts(repositories, project, agent, body);
      const verdicts = facts.flatMap((fact) => judgeFact(project, agent, fact, false));
      const answered = answerOf(verdicts, config.rules.gitHooks);
      // What is refused does not happen; what is only warned of does.
      if (answered.verdict === 'warn') facts.forEach((fact) => judgeFact(project, agent, fact, true));
      onJudged();
      return answered;
    },
  };
}

function answerOf(verdicts: readonly Verdict[], policy: 'off' | 'warn' | 'refuse'): Answer {
  if (verdicts.length === 0) return PASS;
  const isRefused = policy === 'refuse' && verdicts.some(({ refuse }) => refuse);
  const lines = verdicts.map(({ why, remedy, rule }) => `orc: ${why}. ${remedy} (rule ${rule})`);
  if (isRefused) lines.push('orc: refused. "orc rules explain <rule>" says more.');
  return { verdict: isRefused ? 'refuse' : 'warn', text: lines.join('\n') };
}

async function pushFacts(
  repositories: RepositoryLooks,
  project: Project,
  agent: Agent,
  { refs, branch }: Extract<Body, { hook: 'pre-push' }>,
): Promise<GitFact[]> {
  // Tags are names, not history.
  const branches = refs.filter(({ remoteRef }) => remoteRef.startsWith(BRANCHES));
  return Promise.all(
    branches.map(async (ref) => {
      const pushedBranch = ref.remoteRef.slice(BRANCHES.length);
      return {
        watches: 'git',
        moment: 'pre-push',
        ...aboutAgent(project, agent),
        branch,
        parentBranch: project.parentBranch,
        pushedBranch,
        isOnParent: pushedBranch === project.parentBranch,
        isForced: await repositories.isForced(agent.worktreePath ?? project.path, ref),
      };
    }),
  );
}

function commitFact(project: Project, agent: Agent, branch: string | null, subject: string) {
  return {
    watches: 'git',
    ...aboutAgent(project, agent),
    branch,
    parentBranch: project.parentBranch,
    isOnParent: branch === project.parentBranch,
    subject,
  } as const;
}

/** The first line that is no comment, as git will take it. */
function subjectOf(message: string): string {
  const lines = message.split('\n').filter((line) => !line.startsWith('#'));
  return lines.find((line) => line.trim() !== '')?.trim() ?? '';
}
