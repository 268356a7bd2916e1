import { otherRole, roleParts } from './data/role-parts.ts';
import type { BriefingRules } from './rules.ts';
import { block, bodyText, lineText, listText, nameText, pathText, type Room } from './text.ts';
import type { BriefingInput } from './types.ts';

export function identityBlock({ agent, project, isSimulation }: BriefingInput, room: Room): string {
  const goal = project.goal ?? '';
  return block(
    `You are ${nameText(agent.id)}, the ${lineText(agent.title, 60)} of the project ${lineText(project.name, 60)}.`,
    [
      'orc, the program that started this session, runs the team: it delivers messages, hands out tasks and keeps the record.',
      isSimulation === true &&
        'This team is a simulation: its agents are programs without a model, and their work is a stand-in.',
      goal !== '' && `What the project is to reach: ${bodyText(goal, room)}`,
    ],
  );
}

export function dutiesBlock({ agent }: BriefingInput, room: Room): string {
  const { directories = [] } = agent;
  return block('YOUR PART', [
    ...listText(agent.duties, room),
    directories.length > 0 && `Yours to keep: ${shortList(directories, room)}`,
  ]);
}

export function placeBlock({ worktree, project, agent }: BriefingInput): string {
  const { path, branch } = worktree;
  const { parentBranch, sharedDirectory, specificationPath } = project;
  const prefix = agent.branchPrefix;
  return block('WHERE YOU WORK', [
    path !== null &&
      `- Your worktree is ${pathText(path)}. Files are changed there only; the worktrees of others may be read.`,
    branch === null
      ? '- It stands on a commit without a branch: make a branch before the first commit.'
      : `- It is on the branch ${nameText(branch)}.`,
    parentBranch !== null &&
      `- The project started on ${nameText(parentBranch)}. Work comes from there and is merged back there, into no other branch.`,
    typeof prefix === 'string' &&
      prefix !== '' &&
      `- Further branches of yours begin with ${nameText(prefix)} and start from your current one.`,
    typeof specificationPath === 'string' && `- The specification is ${pathText(specificationPath)}.`,
    typeof sharedDirectory === 'string' &&
      `- What belongs to everybody, such as mcp-inventory.md, lies in ${pathText(sharedDirectory)}.`,
    typeof project.devServer === 'string' && `- It probably starts with: ${lineText(project.devServer, 200)}`,
    typeof project.testCommand === 'string' &&
      `- Its tests probably run with: ${lineText(project.testCommand, 200)}`,
  ]);
}

const TEAMMATES_MIN = 4;

export function teamBlock({ agent, team, hub }: BriefingInput, room: Room): string {
  const hubFirst = [...team].sort((left, right) => Number(right.id === hub) - Number(left.id === hub));
  const lines = hubFirst.map(({ id, title, talksTo = true }) => {
    const how = talksTo || id === hub ? '' : `; reached through ${nameText(hub)}`;
    return `${nameText(id)}: ${lineText(title, 60)}${how}`;
  });
  // The address book is what the rest cannot be done without, so it is shortened last.
  const wide = { ...room, itemsMax: Math.max(room.itemsMax, TEAMMATES_MIN), lineCharactersMax: 400 };
  return block('YOUR TEAM', [
    ...listText(lines, wide),
    hub === agent.id ? '- Reports of the others come to you.' : `- Reports go to ${nameText(hub)}.`,
    '- user: the person at the keyboard; only for what nobody else can decide.',
  ]);
}

export function commandsBlock(
  { agent, tools = [] }: BriefingInput,
  { blockedMinutes }: BriefingRules,
  room: Room,
): string {
  const leads = agent.role === 'orchestrator' || agent.role === 'project-manager';
  return block('HOW TO REACH THEM, AND HOW WORK IS REPORTED', [
    '- scm <name> "text", the same as orc send <name> "text": a message to one of them, by the whole name or only the part after the slash. Add --expect-reply 10m when you need an answer, --in-reply-to <id> when you give one.',
    '- orc inbox: mail that you have not read. New mail also appears by itself while you work; its first line has its id, its kind and who sent it.',
    '- orc task list, orc task show <id>: the tasks. orc task start <id> is how you acknowledge one; then orc task done <id> "what", orc task fail <id> "why".',
    `- orc task block <id> "what is in the way": when you are stuck for more than ${blockedMinutes} minutes.`,
    `- orc report ${nameText(agent.role)} "text" [--kind completion|failure|blocked|status]: a report of something that is no task. orc template <kind> prints the form of a status, a bug or an escalation; finished work goes to its tester with --kind hand-off.`,
    leads &&
      '- orc broadcast "text" --purpose <why>: to all, when all must know it now; never as "for your information".',
    leads && '- orc status: everybody, with what they do and why they wait.',
    ...listText(
      tools.map(({ command, purpose }) => `${command}: ${purpose}`),
      room,
    ),
  ]);
}

export function talkBlock({ agent, hub }: BriefingInput, { exchangesMax }: BriefingRules): string {
  const decides = hub === agent.id ? 'you decide' : `${nameText(hub)} decides`;
  return block('HOW THE TEAM TALKS', [
    '- One topic per message, about the work, and with the particulars: the commit, the file, the setting (EVENT_ROUTER_ENABLED=true), not just "done".',
    '- Every completion and every failure is reported. Nobody knows what you did unless you say so.',
    '- A status has the form STATUS [name] [time], then Completed (a list), Current, Blocked and ETA.',
    `- After ${exchangesMax} messages to and fro without a result, ${decides}.`,
    '- Messages go through orc only, because only those are kept and known to have arrived: no tmux send-keys, and not the messaging, sub-agent team or background session features of your own client.',
  ]);
}

export function gitBlock(input: BriefingInput, rules: BriefingRules): string {
  const { hasRemote, parentBranch } = input.project;
  const parent = parentBranch === null ? 'the parent branch' : nameText(parentBranch);
  const manager = findManager(input);
  const pushed = hasRemote === true ? 'Push' : 'If there is a remote, push';
  const told = manager === 'you' ? '' : `, and tell ${manager} at once`;
  return block('GIT', [
    `- Commit at least every ${rules.commitMinutes} minutes ("Progress: …"), and before you switch to another task. Never more than ${rules.commitMinutesMax} minutes without one; what is unfinished is "WIP: …".`,
    '- A message says what changed and why. "fixes", "updates" and "changes" say nothing.',
    '- Finished work is "Complete: …", with a tag stable-<feature>-<YYYYMMDD-HHMMSS>. Tag a working state before a large change.',
    hasRemote !== false &&
      `- ${pushed} within ${rules.pushMinutes} minutes of a commit that matters (the first time with -u)${told}.`,
    manager === 'you'
      ? `- You alone open pull requests (within ${rules.pullRequestMinutes} minutes of a push) and merge (within ${rules.mergeMinutes} minutes): git merge --no-ff, backend first, then frontend, then tests, into integration/daily-<YYYYMMDD-HHMM> and, once the whole suite passes there, into ${parent}. A conflict goes to the owner of the file. Announce both.`
      : `- Pull requests, and merging into ${parent}, are for ${manager} alone.`,
    `- Take over an integration within ${rules.pullMinutes} minutes, resolve conflicts within ${rules.conflictMinutes}, and stay within ${rules.behindCommitsMax} commits of ${parent}.`,
    '- When something went wrong: git log, git stash, and ask, before anything is reset.',
  ]);
}

/** Who merges: the project manager, and whoever gets the reports in a team without one. */
function findManager({ agent, team, hub }: BriefingInput): string {
  const role = 'project-manager';
  if (agent.role === role) return 'you';
  const manager = team.find(({ id }) => id.slice(id.indexOf('/') + 1) === role);
  if (manager) return nameText(manager.id);
  return hub === agent.id ? 'you' : nameText(hub);
}

export function roleBlocks(
  { agent }: BriefingInput,
  room: Room,
): { readonly own: string; readonly first: readonly string[] } {
  const part = Object.hasOwn(roleParts, agent.role) ? (roleParts[agent.role] ?? otherRole) : otherRole;
  const { principles = [], checklist = [], tools = [], coordination = [], first } = part;
  const heading = `AS ${lineText(agent.title, 60).toUpperCase()}`;
  const wide = { ...room, lineCharactersMax: Math.max(room.lineCharactersMax, 300) };
  const own = block(heading, [
    ...listText(principles, wide),
    checklist.length > 0 && `- Before it counts as finished: ${shortList(checklist, room)}.`,
    tools.length > 0 && `- You work with: ${shortList(tools, room)}.`,
    coordination.length > 0 && `- You work closely with ${shortList(coordination, room)}.`,
  ]);
  return { own, first };
}

export function ownRulesBlock({ project }: BriefingInput, room: Room): string {
  const { ownRules } = project;
  return block('RULES OF THIS PROJECT, AS ITS OWNER WROTE THEM', [
    typeof ownRules === 'string' && bodyText(ownRules, room),
  ]);
}

export function checkpointLine({ agent }: BriefingInput): string {
  const role = agent.role.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return `- At the end of a phase, keep a note for yourself: ${nameText(role)}_CHECKPOINT_<YYYYMMDD_HHMM>.md with your task, branch, recent work and next steps. Read the newest one when you are unsure.`;
}

/** Items on one line, with the number of those that are left out. */
function shortList(items: readonly string[], { itemsMax, lineCharactersMax }: Room): string {
  const shown = items.slice(0, itemsMax).map((item) => lineText(item, Math.max(lineCharactersMax, 160)));
  const left = items.length - shown.length;
  return left > 0 ? `${shown.join('; ')} … and ${left} more` : shown.join('; ');
}
