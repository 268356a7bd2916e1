export type FieldType = 'text' | 'number' | 'duration' | 'flag' | 'list';

export interface Field {
  readonly type: FieldType;
  readonly what: string;
}

export const watchedThings = ['message', 'git', 'workflow'] as const;
export type Watched = (typeof watchedThings)[number];

/** When git facts come to be: seen by looking, before a commit, after it, before a push. */
export const gitMoments = ['look', 'commit-msg', 'committed', 'pre-push'] as const;
export type GitMoment = (typeof gitMoments)[number];

const text = (what: string) => ({ type: 'text' as const, what });
const number = (what: string) => ({ type: 'number' as const, what });
const duration = (what: string) => ({ type: 'duration' as const, what });
const flag = (what: string) => ({ type: 'flag' as const, what });
const list = (what: string) => ({ type: 'list' as const, what });

const everywhere = {
  project: text('name of the project'),
  agent: text('who is judged: `project/role`'),
  role: text('role of the agent'),
  isHub: flag('reports of the team go to this agent'),
};

/**
 * Everything that a condition may name. A fact that nobody knows is left out, and no rule holds because of
 * what is not known.
 */
const fields = {
  message: {
    ...everywhere,
    kind: text('what the sender says it is: `note`, `task`, `status`, `completion`, …'),
    body: text('the text'),
    tags: list('its tags'),
    priority: number('0 to 999, larger is sooner'),
    recipient: text('to whom; `user` is the person'),
    recipientRole: text('role of the recipient'),
    via: text('`ledger`, or `pane` for text that came into a pane around it'),
    route: text('by the matrix of the active hub profile: `allowed`, `warned` or `forbidden`'),
    reachesHub: flag('the hub is sender, recipient, or gets a copy'),
    isReply: flag('it answers another message'),
    formProblems: list('what is missing in the form of its kind'),
    headings: number('headings of message forms in the text'),
    words: number('words in the text'),
    broadcastsWithinHour: number('broadcasts of this sender within an hour, this one included'),
    exchanges: number('messages in a row between these two without the hub'),
    requestsWithinHour: number('questions for status from this sender to this recipient within an hour'),
    isRecipientLimited: flag('the recipient has reached its usage limit'),
  },
  git: {
    ...everywhere,
    branch: text('branch that is checked out; absent when detached'),
    parentBranch: text('branch that the project started on'),
    isOnParent: flag('the parent branch itself is checked out, or pushed to'),
    hasRolePrefix: flag('the branch begins as the role’s branches do; absent for a branch that orc made'),
    expectedPrefix: text('how branches of the role begin'),
    hasRemote: flag('the repository has a remote'),
    hasUpstream: flag('the branch knows where it is pushed to'),
    isPushed: flag('the branch exists on the remote'),
    changedFiles: number('files that differ from the last commit, new ones included'),
    sinceCommit: duration('since the agent’s own last commit, or its first change when it has none'),
    unpushedCommits: number('commits of the agent that no remote has'),
    oldestUnpushed: duration('age of the oldest of these'),
    behind: number('commits of the parent that the branch lacks'),
    ahead: number('commits of the branch that the parent lacks'),
    sinceIntegration: duration('since the parent last got an integration that the branch lacks'),
    startedFromParent: flag('the branch grew from the recorded parent'),
    overlappingFiles: list('files that another agent’s branch changes, too'),
    conflictsWith: list('agents whose work conflicts with this one, by rehearsal'),
    conflictAge: duration('since when that is so'),
    stashAge: duration('age of the oldest stash'),
    sincePush: duration('since the last push'),
    isPushAnnounced: flag('the agent wrote to the hub or project manager after its last push'),
    pushedWithoutPr: duration('since the last push of a branch with no pull request'),
    prAge: duration('how long its pull request has been open'),
    prTitle: text('title of its pull request'),
    prBranch: text('branch of that pull request'),
    prTestsPassed: flag('a test run that passed is recorded for exactly its commit'),
    isPrMerged: flag('its pull request is merged, and the branch still there'),
    subject: text('first line of the commit message, or of the agent’s last commit'),
    lastCommitAge: duration('age of the agent’s last commit'),
    isMerge: flag('the commit joins branches'),
    hasStableTag: flag('a tag `stable-…` stands on the agent’s last commit'),
    unsavedBefore: number('files with changes that are older than the task in hand'),
    isForced: flag('the push replaces commits that the remote has'),
    pushedBranch: text('branch of the remote that is pushed to'),
  },
  workflow: {
    ...everywhere,
    state: text('what the agent does: `working`, `idle`, `blocked`, `limited`, …'),
    taskId: text('the task it is about'),
    taskUnstarted: duration('a task was seen for so long and not started'),
    blockedUnreported: duration('a task is blocked for so long and the hub was not told'),
    doneUnreported: duration('a task is done for so long and no report went out'),
    replyOverdue: duration('a reply is overdue for so long'),
    repliesOverdue: number('replies that are overdue'),
    checkInsUnanswered: number('check-ins in a row without any sign of life'),
    workWhileLimited: number('tasks that were assigned after the usage limit was reached'),
    integrationCycle: duration('how long the current round of integration lasts'),
    openPrs: number('pull requests that are open'),
    isIntegrationUnchecked: flag('an integration began with open points on its checklist'),
  },
} as const satisfies Readonly<Record<Watched, Readonly<Record<string, Field>>>>;

type ValueOf<F extends Field> = F['type'] extends 'text'
  ? string
  : F['type'] extends 'flag'
    ? boolean
    : F['type'] extends 'list'
      ? readonly string[]
      : number;

type FactsOf<W extends Watched> = {
  readonly [Name in keyof (typeof fields)[W]]?: (typeof fields)[W][Name] extends Field
    ? ValueOf<(typeof fields)[W][Name]> | null | undefined
    : never;
};

/** One message, as it was sent. Durations are in ms. */
export type MessageFact = FactsOf<'message'> & { readonly watches: 'message' };
/** What is true of one agent's branch, or of one commit or push of it. Durations are in ms. */
export type GitFact = FactsOf<'git'> & { readonly watches: 'git'; readonly moment: GitMoment };
/** How the work of one agent, or of the team, goes on. Durations are in ms. */
export type WorkflowFact = FactsOf<'workflow'> & { readonly watches: 'workflow' };
export type Fact = MessageFact | GitFact | WorkflowFact;

export interface NamedField extends Field {
  readonly watches: Watched;
  readonly name: string;
}

/** Everything that a condition may name, in the order in which a person would look for it. */
export function fieldTable(): NamedField[] {
  return watchedThings.flatMap((watches) =>
    Object.entries(fieldsOf(watches)).map(([name, field]) => ({ watches, name, ...field })),
  );
}

/** All fields of what is watched, by name. */
export function fieldsOf(watched: Watched): Readonly<Record<string, Field>> {
  return fields[watched];
}

/** The value of a field; `undefined` when it is not known. */
export function valueOf(fact: Fact, name: string): unknown {
  const value = Object.hasOwn(fact, name) ? (fact as unknown as Record<string, unknown>)[name] : undefined;
  return value ?? undefined;
}
