import { composeBriefing, composeRebrief, composeSurvivalNotes } from '@orc/briefing';
import type { Agent, Project } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Parts } from '../parts.ts';
import { baseRole } from './base-role.ts';
import type { Memory } from './memory.ts';

export type RebriefReason = 'compaction' | 'clear' | 'restart' | 'resume' | 'requested' | 'start';

export interface Briefings {
  /** The first message: who the agent is, where it works, whom it talks to, the rules. */
  readonly first: (agent: Agent, project: Project) => string;
  /** The same for an agent whose context is gone, with what it was doing. */
  readonly again: (agent: Agent, project: Project, reason: RebriefReason, memory: Memory) => string;
  /** What a summary of the conversation must keep. */
  readonly survivalNotes: (agent: Agent) => string;
}

const UNREAD_LISTED = 20;

/** Joins what registry, tasks, ledger and role catalogue know into what an agent is told. */
export function createBriefings(
  { registry, board, queue }: Pick<Parts, 'registry' | 'board' | 'queue'>,
  catalogue: Catalogue,
): Briefings {
  const subject = (agent: Agent, project: Project) => {
    const role = catalogue.roles.find(({ id }) => id === baseRole(agent.role));
    const members = registry
      .listAgents({ project: project.slug })
      .filter(({ desired }) => desired !== 'ended');
    return {
      agent: {
        id: agent.id,
        role: baseRole(agent.role),
        title: agent.title,
        duties: role?.duties ?? [],
        directories: role?.directories ?? [],
        ...(role && { branchPrefix: role.branchPrefix }),
      },
      project: {
        name: project.name,
        parentBranch: project.parentBranch,
        goal: firstParagraph(project.specText),
      },
      worktree: { path: agent.worktreePath, branch: agent.branch },
      team: members
        .filter(({ id }) => id !== agent.id)
        .map(({ id, title, role }) => ({ id, title, talksTo: mayTalk(project, agent.role, role) })),
      hub: `${project.slug}/${project.hub}`,
      isSimulation: agent.runtime === 'sim',
    };
  };

  const openTask = (agent: Agent) =>
    board
      .list({ project: agent.project })
      .find((task) => task.assignee === agent.id && task.outcome === null && task.handedOutAt !== null) ??
    null;

  return {
    first: (agent, project) => composeBriefing(subject(agent, project)),
    again: (agent, project, reason, memory) =>
      composeRebrief({
        ...subject(agent, project),
        reason: reason === 'start' ? 'requested' : reason,
        task: openTask(agent),
        ...memory,
        unreadCount: queue.pendingCount(agent.id),
      }),
    survivalNotes: (agent) =>
      composeSurvivalNotes({
        agentId: agent.id,
        branch: agent.branch,
        task: openTask(agent),
        unreadIds: queue
          .list({ recipient: agent.id, limit: UNREAD_LISTED })
          .filter(({ seenAt }) => seenAt === null)
          .map(({ id }) => id),
        obligations: queue
          .obligations({ debtor: agent.id, open: true })
          .map(({ messageId, creditor }) => ({ messageId, to: creditor })),
      }),
  };
}

/** Whom the plan lets an agent talk to directly; everybody, where the plan does not say. */
function mayTalk({ planDocument }: Project, from: string, to: string): boolean {
  const plan = planDocument as { team?: { matrix?: { talksTo?: Record<string, string[]> } } } | null;
  const allowed = plan?.team?.matrix?.talksTo?.[from];
  return allowed === undefined || allowed.includes(to);
}

function firstParagraph(text: string | null): string {
  const paragraphs = (text ?? '').split(/\n\s*\n/).map((each) => each.replace(/^#+ .*$/gm, '').trim());
  return paragraphs.find((each) => each !== '') ?? '';
}
