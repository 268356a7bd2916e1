import { isSet, listOption, stringOption, type Arguments, type Command, type Result } from '../command.ts';
import { formatCheck, formatGitStatus, formatIntegration, formatLanes, formatRadar } from '../git-text.ts';

const projectName = { type: 'string', describe: 'Name of the project' } as const;
const dryRun = { type: 'boolean', describe: 'Only print what would be done, and why' } as const;
const updateCheckout = {
  type: 'boolean',
  describe: "Move the parent also where it is checked out, if that checkout is clean (a person's word only)",
} as const;

const project = (args: Arguments) => ({ project: stringOption(args, 'project') });

/** Only what was given, so that the daemon's defaults hold. */
const flags = (args: Arguments, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([key, flag]) => [key, isSet(args, flag)]));

const status: Command = {
  path: 'git status',
  summary: "Show every agent's branch: commits, what is not committed or pushed, distance to the parent",
  options: { project: projectName },
  examples: [
    ['orc git status', 'a line per agent'],
    ['orc git status --json', 'the facts that rules are judged on'],
  ],
  async run(args, { connect }) {
    const answer = await (await connect()).call('gitStatus', { query: { ...project(args), fresh: true } });
    return { json: answer, text: formatGitStatus(answer) };
  },
};

const radar: Command = {
  path: 'git radar',
  summary: 'Rehearse merging everybody with everybody, uncommitted files included, and draw the matrix',
  options: { project: projectName },
  examples: [['orc git radar', 'who is in whose way, in which file, and who should go first']],
  async run(args, { connect }) {
    const answer = await (await connect()).call('gitRadar', { query: project(args) });
    return { json: answer, text: formatRadar(answer, answer.at) };
  },
};

const check: Command = {
  path: 'git check',
  summary:
    'The daily look: fetch, every branch against upstream and parent, overlaps, who changed the parent',
  options: { project: projectName },
  examples: [['orc git check', 'before the first integration of the day']],
  async run(args, { connect }) {
    const answer = await (await connect()).call('gitCheck', { query: project(args) });
    return { json: answer, text: formatCheck(answer) };
  },
};

const integrate: Command = {
  path: 'git integrate',
  summary: 'Bring all branches together on an integration branch, test it, and bring it to the parent',
  options: {
    project: projectName,
    only: { type: 'list', describe: 'Branches to integrate', defaultText: 'all that are ready' },
    'dry-run': dryRun,
    'without-tests': { type: 'boolean', describe: 'Publish what no test has seen' },
    'update-checkout': updateCheckout,
    abandon: {
      type: 'boolean',
      describe: 'Give up the integration that is open, or a rollback; its branch stays',
    },
  },
  examples: [
    ['orc git integrate --dry-run', 'the checklist, the order, and every conflict there will be'],
    ['orc git integrate', 'does it, stops at a conflict, and goes on when called again'],
    ['orc git integrate --only feature/login,test/login', 'these two and nothing else'],
    ['orc git integrate --abandon', 'begins anew next time'],
  ],
  async run(args, { connect, say }) {
    const client = await connect();
    const body = {
      ...project(args),
      only: listOption(args, 'only') ?? [],
      ...flags(args, {
        dryRun: 'dry-run',
        withoutTests: 'without-tests',
        updateCheckout: 'update-checkout',
        abandon: 'abandon',
      }),
    };
    const answer = await client.call(
      'gitIntegrate',
      { body },
      { onProgress: ({ text }) => say(`· ${text}`) },
    );
    return result(answer, formatIntegration(answer));
  },
};

const rollback: Command = {
  path: 'git rollback',
  summary: 'Take back what came after the last good integration, as one new commit; nothing is lost',
  options: {
    project: projectName,
    to: {
      type: 'string',
      describe: 'Integration or commit to go back to',
      defaultText: 'the last good integration',
    },
    'dry-run': dryRun,
    'update-checkout': updateCheckout,
    force: { type: 'boolean', describe: 'Move the branch itself back; commits are lost' },
    confirm: { type: 'string', describe: 'With --force: the name of the branch, once more' },
  },
  examples: [
    ['orc git rollback --dry-run', 'says where it would go back to'],
    ['orc git rollback', 'makes a branch rollback/emergency-... and publishes it'],
    [
      'orc git rollback --force --confirm main',
      'moves main back, and on the remote only if nobody pushed since',
    ],
  ],
  async run(args, { connect, say }) {
    const client = await connect();
    const body = {
      ...project(args),
      to: stringOption(args, 'to'),
      confirm: stringOption(args, 'confirm'),
      ...flags(args, { dryRun: 'dry-run', updateCheckout: 'update-checkout', force: 'force' }),
    };
    const answer = await client.call('gitRollback', { body }, { onProgress: ({ text }) => say(`· ${text}`) });
    return result(answer, formatIntegration(answer));
  },
};

const STOPPED: ReadonlySet<string> = new Set(['refused', 'conflict', 'untested', 'failed']);

/** What stopped before the end is an expected failure, and the document says where. */
function result(json: { readonly outcome: string }, text: string): Result {
  return { json, text, ...(STOPPED.has(json.outcome) && { exitCode: 1 }) };
}

const sync: Command = {
  path: 'git sync',
  summary: "Take the parent over into an agent's branch, in its own worktree and only when that is clean",
  options: {
    project: projectName,
    agent: { type: 'string', describe: 'Whose branch', defaultText: 'the agent that calls' },
    from: { type: 'string', describe: "Take over another agent's branch instead of the parent" },
  },
  examples: [
    ['orc git sync', 'as an agent: fetch, count, merge when that is safe, else say what to do'],
    ['orc git sync --agent developer', 'as the person at the keyboard'],
    ['orc git sync --from developer', 'as the tester: what the developer has committed'],
  ],
  async run(args, { connect }) {
    const body = { ...project(args), agent: stringOption(args, 'agent'), from: stringOption(args, 'from') };
    const answer = await (await connect()).call('gitSync', { body });
    return { json: answer, text: answer.text, ...(answer.status === 'left' && { exitCode: 1 }) };
  },
};

const laneStatus: Command = {
  path: 'lane status',
  summary: 'Show how long commits take from one agent to the next, against their targets',
  options: { project: projectName },
  examples: [['orc lane status', 'lanes, measured times, and the last commits on their way']],
  async run(args, { connect }) {
    const answer = await (await connect()).call('lanes', { query: project(args) });
    return { json: answer, text: formatLanes(answer) };
  },
};

function laneSwitch(word: 'on' | 'off', summary: string): Command {
  return {
    path: `lane ${word}`,
    summary,
    options: { project: projectName },
    examples: [[`orc lane ${word}`, summary.toLowerCase()]],
    async run(args, { connect }) {
      const client = await connect();
      const answer = await client.call('changeLanes', { body: { ...project(args), isOn: word === 'on' } });
      return { json: answer, text: formatLanes(answer) };
    },
  };
}

export const gitCommands: readonly Command[] = [
  status,
  radar,
  check,
  integrate,
  rollback,
  sync,
  laneStatus,
  laneSwitch('on', 'Let commits go on by themselves again'),
  laneSwitch('off', 'Let no commit go on by itself'),
];
