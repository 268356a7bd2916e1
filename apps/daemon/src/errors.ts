import { OrcError } from '@orc/errors';

export const errors = {
  badConfig: (path: string, problems: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_BAD_CONFIG',
      `${path} cannot be used: ${problems.join('; ')}. Correct it, and check with "orc config validate".`,
      { path, problems },
    ),
  alreadyRuns: (home: string, cause: unknown) =>
    new OrcError(
      'ORC_DAEMON_ALREADY_RUNS',
      `A daemon already serves ${home}. See it with "orc daemon status".`,
      { home },
      { cause },
    ),
  unknownAccount: (name: string, known: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_UNKNOWN_ACCOUNT',
      `No agent uses an account ${name}. There are: ${known.join(', ') || 'none yet'}.`,
      { name, known },
    ),
  unknownScope: (name: string, known: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_UNKNOWN_SCOPE',
      `${name} is neither a project nor an agent. There are: ${known.join(', ') || 'none yet'}.`,
      { name, known },
    ),
  badRequest: (problems: readonly string[]) =>
    new OrcError('ORC_DAEMON_BAD_REQUEST', `The request is not understood: ${problems.join('; ')}.`, {
      problems,
    }),
  unauthorized: () =>
    new OrcError(
      'ORC_DAEMON_UNAUTHORIZED',
      'The token is missing or nobody has it. Agents use the file that ORC_TOKEN_FILE names; you use ORC_HOME/operator.token.',
      {},
    ),
  forbidden: (what: string) =>
    new OrcError('ORC_DAEMON_FORBIDDEN', `An agent may not ${what}. Ask the person at the keyboard.`, {
      what,
    }),
  unknownProject: (name: string, known: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_UNKNOWN_PROJECT',
      `There is no project "${name}". ${known.length === 0 ? 'Start one with "orc up".' : `Known: ${known.join(', ')}.`}`,
      { name, known },
    ),
  whichProject: (known: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_WHICH_PROJECT',
      known.length === 0
        ? 'There is no project yet. Start one with "orc up --project PATH --spec FILE".'
        : `Several projects are there. Say which with --project: ${known.join(', ')}.`,
      { known },
    ),
  unknownAgent: (name: string, known: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_UNKNOWN_AGENT',
      `There is no agent "${name}".${known.length === 0 ? '' : ` Known: ${known.join(', ')}.`}`,
      { name, known },
    ),
  slugTaken: (slug: string, path: string) =>
    new OrcError(
      'ORC_DAEMON_SLUG_TAKEN',
      `The name "${slug}" belongs to the project at ${path}. Choose another with --name.`,
      { slug, path },
    ),
  noSpec: (path: string) =>
    new OrcError(
      'ORC_DAEMON_NO_SPEC',
      `${path} is new to orc and needs a spec. Say what to build: orc up --project ${path} --spec FILE.`,
      { path },
    ),
  notAdmitted: (id: string, why: string) =>
    new OrcError(
      'ORC_DAEMON_NOT_ADMITTED',
      `${id} is not started: ${why}. Make room ("orc agent stop", "orc agent end"), take a larger plan ("orc up --plan"), or change "admission" in the configuration.`,
      { id, why },
    ),
  agentNotRunning: (id: string) =>
    new OrcError(
      'ORC_DAEMON_AGENT_NOT_RUNNING',
      `${id} has no window now. Start it with "orc agent start ${id}".`,
      { id },
    ),
  probeFailed: (title: string, problem: string) =>
    new OrcError(
      'ORC_DAEMON_PROBE_FAILED',
      `${title} was started to test its hooks and did not get to its end: ${problem}. Start it by hand to see why.`,
      { title, problem },
    ),
  replaced: (id: string) =>
    new OrcError('ORC_DAEMON_REPLACED', `A newer waiter of ${id} has taken this one's place. End this one.`, {
      id,
    }),
  notYours: (id: string) =>
    new OrcError('ORC_DAEMON_NOT_YOURS', `Message ${id} is neither from you nor to you.`, { id }),
  badImport: (problems: readonly string[], count: number) =>
    new OrcError(
      'ORC_DAEMON_BAD_IMPORT',
      `The messages cannot be imported: ${problems.join('; ')}${count > problems.length ? ` and ${count - problems.length} more` : ''}. Nothing was written. Start the team first, or take these out of the file.`,
      { problems, count },
    ),
  decided: (slug: string, flag: string, now: string, how: string) =>
    new OrcError(
      'ORC_DAEMON_DECIDED',
      `${slug} has been decided on already, and ${flag} cannot change it now: it is ${now}. ${how} Nothing was changed.`,
      { slug, flag, now },
    ),
  unknownKind: (kind: string, closest: string | undefined, known: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_UNKNOWN_KIND',
      `There is no kind of message "${kind}".${closest === undefined ? '' : ` Did you mean ${closest}?`} Known: ${known.join(', ')}. Further ones can be named in routing.kinds of the configuration.`,
      { kind, closest, known },
    ),
  reserved: (what: string) =>
    new OrcError('ORC_DAEMON_RESERVED', `Only orc itself uses ${what}. Send it without.`, { what }),
  notRouted: (why: string, instead: string) =>
    new OrcError('ORC_DAEMON_NOT_ROUTED', `${why} It was not sent. ${instead}`.trim(), { why, instead }),
  tooManyBroadcasts: (why: string) => new OrcError('ORC_DAEMON_TOO_MANY_BROADCASTS', why, { why }),
  noTemplate: (kind: string, known: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_NO_TEMPLATE',
      `A ${kind} has no form; free words will do. Forms: ${known.join(', ')}.`,
      { kind, known },
    ),
  noStandup: (project: string) =>
    new OrcError('ORC_DAEMON_NO_STANDUP', `${project} has had no standup yet. Hold one with "orc standup".`, {
      project,
    }),
  notExported: (url: string, problem: string, cause: unknown) =>
    new OrcError(
      'ORC_DAEMON_NOT_EXPORTED',
      `Completions could not be handed to ${url}: ${problem}. They are kept, and tried again; see numbers.export.url.`,
      { url, problem },
      { cause },
    ),
  nobodyToTell: (project: string) =>
    new OrcError('ORC_DAEMON_NOBODY_TO_TELL', `Project ${project} has nobody else to tell.`, { project }),
  tooManyPublications: (perMinute: number, waitMs: number) =>
    new OrcError(
      'ORC_DAEMON_TOO_MANY_PUBLICATIONS',
      `Nothing was published: ${perMinute} a minute are enough for one publisher. Wait ${Math.ceil(waitMs / 1000)} s, or say it in one.`,
      { perMinute, waitMs },
    ),
  mayBeBusy: (agent: string, why: string, answerMs: number) =>
    new OrcError(
      'ORC_DAEMON_MAY_BE_BUSY',
      `${agent} is not restarted: ${why}. Silence is no reason. Ask it: orc agent send ${agent} "STATUS REQUEST: …"; if it is idle and has done nothing for ${Math.round(answerMs / 1000)} s after that, restart it.`,
      { agent, why },
    ),
  notConfirmed: (branch: string) =>
    new OrcError(
      'ORC_DAEMON_NOT_CONFIRMED',
      `Moving ${branch} back loses commits. Say which branch once more: --force --confirm ${branch}. Without --force nothing is lost.`,
      { branch },
    ),
  otherIntegration: (id: string, branches: readonly string[]) =>
    new OrcError(
      'ORC_DAEMON_OTHER_INTEGRATION',
      `${id} is under way, with ${branches.join(', ')}. Let it end (orc git integrate) or give it up (--abandon) first.`,
      { id, branches },
    ),
  nothingToRollBack: (branch: string) =>
    new OrcError(
      'ORC_DAEMON_NOTHING_TO_ROLL_BACK',
      `There is no integration of ${branch} to go back to. Name a commit with --to.`,
      { branch },
    ),
  notBefore: (commit: string, branch: string) =>
    new OrcError(
      'ORC_DAEMON_NOT_BEFORE',
      `${commit} is no commit that ${branch} holds. Name one of "git log ${branch}", or an integration.`,
      { commit, branch },
    ),
} as const;
