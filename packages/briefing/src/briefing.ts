import { firstSteps, gitRules, otherFirstStep, reasons, talkRules } from './templates.ts';
import { join, list, shorten } from './text.ts';
import { composeTask } from './task.ts';
import type { Rebriefing, Situation, Survival } from './types.ts';

const DUTIES_MAX = 14;
const TEAM_MAX = 24;
const IDS_MAX = 20;

/**
 * The first message: identity, duties, place, people, rules, and how work arrives, in one text of at most
 * 9 000 characters. It states facts, since clients mistrust texts that give orders like a system.
 */
export function composeBriefing(situation: Situation): string {
  const { agent } = situation;
  return join([
    identity(situation),
    ['Your duties:', ...list(agent.duties, DUTIES_MAX)],
    place(situation),
    people(situation),
    commands(situation),
    ['How this team works in git:', ...list(gitRules, gitRules.length)],
    ['How this team talks:', ...list(talkRules, talkRules.length)],
    [
      firstSteps[agent.role] ?? otherFirstStep,
      'Your tasks arrive as messages of kind "task"; until one arrives there is nothing to do.',
    ],
  ]);
}

/** The same for an agent whose context is gone: why, what it was doing, and then who it is. */
export function composeRebrief(rebriefing: Rebriefing): string {
  const { agent, reason, task, activitySummary, checkpoint } = rebriefing;
  const note =
    typeof checkpoint === 'string' ? checkpoint : checkpoint == null ? '' : JSON.stringify(checkpoint);
  return join([
    identity(rebriefing),
    [reasons[reason] ?? '', 'Look at "git status" and "git log" in your worktree to see how far you got.'],
    task === null
      ? ['You have no open task. Your next one arrives as a message.']
      : ['Your open task:', composeTask(task)],
    activitySummary === null ? [] : ['What you did before:', shorten(activitySummary, 1_500)],
    note === '' ? [] : ['Your last checkpoint:', shorten(note, 1_500)],
    place(rebriefing),
    people(rebriefing),
    commands(rebriefing),
    ['Your duties:', ...list(agent.duties, DUTIES_MAX)],
    ['How this team works in git:', ...list(gitRules, gitRules.length)],
    ['How this team talks:', ...list(talkRules, talkRules.length)],
    ['Messages that you had not seen come again; one that you have acted on already needs nothing more.'],
  ]);
}

/** What whoever summarises the conversation of an agent must keep. */
export function composeSurvivalNotes({ agentId, branch, task, unreadIds, obligations }: Survival): string {
  return join([
    ['The summary must keep, word for word:'],
    [
      `- this agent is ${agentId}${branch === null ? '' : `, on the branch ${branch}`}`,
      task === null ? '- it has no open task' : `- its open task is ${task.id}: ${shorten(task.title, 200)}`,
      ...(unreadIds.length === 0
        ? []
        : [`- messages that it has not handled yet: ${unreadIds.slice(0, IDS_MAX).join(', ')}`]),
      ...obligations.slice(0, IDS_MAX).map(({ messageId, to }) => `- it owes ${to} a reply to ${messageId}`),
      '- what it has changed and not committed, and what it meant to do next',
    ],
  ]);
}

function identity({ agent, project, isSimulation }: Situation): string[] {
  return [
    `You are ${agent.id}, the ${agent.title} of the project ${project.name}.`,
    ...(isSimulation ? ['You are a simulation; nobody takes your work for a model’s.'] : []),
    ...(project.goal === '' ? [] : [`The project: ${shorten(project.goal, 600)}`]),
  ];
}

function place({ agent, project, worktree }: Situation): string[] {
  return [
    `You work in ${worktree.path ?? 'the project’s directory'}${worktree.branch === null ? ', on no branch' : `, on the branch ${worktree.branch}`}, which started from ${project.parentBranch}.`,
    ...(agent.directories.length === 0 ? [] : [`Your files belong in ${agent.directories.join(', ')}.`]),
  ];
}

function people({ team, hub, agent }: Situation): string[] {
  const report = hub === agent.id ? 'Reports of the others come to you.' : `Reports go to ${hub}.`;
  const others = team.map(({ id, title }) => `${id}: ${title}`);
  return team.length === 0 ? [report] : [`Your team. ${report}`, ...list(others, TEAM_MAX)];
}

function commands({ hub, agent }: Situation): string[] {
  const somebody = hub === agent.id ? 'developer' : (hub.split('/').at(-1) ?? 'orchestrator');
  return [
    'Commands in your shell:',
    `- scm ${somebody} "…" sends a message; add --expect-reply 10m when you need an answer`,
    '- orc send <sender> --in-reply-to <id> "…" answers one; the id stands in the first line of each message',
    '- orc task start <id>, orc task done <id> "what was done", orc task fail <id> "why", orc task block <id> "what is missing"',
    `- orc report ${agent.role} "…" reports something that is no task`,
    '- orc task list, orc status, orc inbox show the plan, the team and your mail',
  ];
}
