import type { GitCheck, GitRadar, GitStatus, IntegrationAnswer, LaneStatus } from '@orc/contracts';
import { formatDuration } from './duration.ts';
import { formatTable } from './table.ts';

type AgentRow = GitStatus['agents'][number];
type Pair = GitRadar['pairs'][number];

/** What `orc git status` prints: a line per agent, then what stands out. */
export function formatGitStatus(status: GitStatus): string {
  const { project, parent, remote, agents, at } = status;
  const head = `${project}: parent ${parent.name}${parent.commit === null ? ' (gone)' : ` at ${short(parent.commit)}`}, ${remote === null ? 'no remote, so no push rules' : `remote ${remote}`}`;
  const rows = agents.map((agent) => [
    agent.owner,
    agent.isMissing ? '(no worktree)' : (agent.branch ?? '(detached)'),
    String(agent.ownCommits.length),
    agent.ownCommits[0] ? `${formatDuration(at - agent.ownCommits[0].at)} ago` : '-',
    unsaved(agent, at),
    agent.unpushed === null ? '-' : String(agent.unpushed.count),
    agent.behind === null ? '-' : String(agent.behind),
    pull(agent),
    remark(agent),
  ]);
  const titles = [
    'AGENT',
    'BRANCH',
    'OWN',
    'LAST COMMIT',
    'UNCOMMITTED',
    'UNPUSHED',
    'BEHIND',
    'PR',
    'REMARK',
  ];
  const pulls = status.pulls.why === null ? [] : [`pull requests are unknown: ${status.pulls.why}`];
  return [head, formatTable([titles, ...rows]), ...pulls].join('\n');
}

function unsaved({ dirtyFiles, untrackedFiles, uncommittedSince }: AgentRow, at: number): string {
  const count = dirtyFiles.length + untrackedFiles.length;
  if (count === 0) return '-';
  const since = uncommittedSince === null ? '' : ` for ${formatDuration(at - uncommittedSince)}`;
  return `${count}${since}`;
}

function pull({ pull: found }: AgentRow): string {
  if (found === null) return '-';
  return found === 'unknown' ? '?' : `#${found.number} ${found.state}`;
}

function remark({ naming, branchPrefix, operation, isIndexLocked }: AgentRow): string {
  const remarks: string[] = [];
  if (naming === 'unprefixed') remarks.push(`name should begin with ${branchPrefix}`);
  if (naming === 'parent') remarks.push('works on the parent itself');
  if (operation !== null) remarks.push(`in the middle of a ${operation}`);
  if (isIndexLocked) remarks.push('git is at work');
  return remarks.join(', ');
}

const SIGNS = { clean: '.', overlap: '~', conflict: 'X', unknown: '?' } as const;

/** What `orc git radar` prints: a matrix of everybody with everybody, and what is behind each sign. */
export function formatRadar({ owners, pairs, open }: GitRadar, at: number): string {
  if (owners.length === 0) return 'nobody has work that the parent does not have';
  const find = (one: string, other: string) =>
    pairs.find((pair) => pair.owners.includes(one) && pair.owners.includes(other));
  const rows = owners.map((one, row) => [
    `${row + 1} ${one}`,
    ...owners.map((other) => {
      const pair = one === other ? undefined : find(one, other);
      return pair ? SIGNS[pair.status] : ' ';
    }),
  ]);
  const titles = ['', ...owners.map((_, index) => String(index + 1))];
  const legend = '. merges   ~ same files, merges   X conflict   ? git could not try';
  const details = pairs.flatMap((pair) => describePair(pair, open, at));
  return [formatTable([titles, ...rows]), legend, ...(details.length > 0 ? ['', ...details] : [])].join('\n');
}

function describePair(
  { owners, status, conflicts, overlaps, order, why }: Pair,
  open: GitRadar['open'],
  at: number,
): string[] {
  const [one, other] = owners;
  if (status === 'unknown') return [`? ${one} and ${other}: ${why ?? 'no reason'}`];
  if (status === 'overlap') return [`~ ${one} and ${other}: ${overlaps.join(', ')}`];
  if (status === 'clean') return [];
  const lines = conflicts.map(({ file, kind, isUncommitted }) => {
    const since = open.find(
      (each) => each.file === file && each.owners.join(' ') === owners.join(' '),
    )?.since;
    const age = since === undefined ? '' : `, for ${formatDuration(at - since)}`;
    return `    ${file}  ${kind}${isUncommitted ? ', not committed' : ''}${age}`;
  });
  return [`X ${one} and ${other}: ${order.first} first (${order.why})`, ...lines];
}

/** What `orc git check` prints: the morning look at every branch. */
export function formatCheck(check: GitCheck): string {
  const rows = check.branches.map(
    ({ branch, owner, upstream, ahead, behind, behindParent, files, insertions, deletions }) => [
      branch,
      owner ?? '-',
      upstream === null ? 'never pushed' : `${upstream} +${ahead ?? '?'} -${behind ?? '?'}`,
      behindParent === null ? '-' : String(behindParent),
      `${files} files, +${insertions} -${deletions}`,
    ],
  );
  const commits = check.parentCommits.map(
    ({ sha, subject, author, isMerge }) => `  ${short(sha)} ${isMerge ? 'merge ' : ''}${author}: ${subject}`,
  );
  const overlaps = check.overlaps.map(({ file, branches }) => `  ${file}: ${branches.join(', ')}`);
  const syncs = check.syncs.map(
    ({ agent, sha, dueAt, isOverdue }) =>
      `  ${agent} has not taken over ${short(sha)}, ${isOverdue ? 'late' : 'due'} ${new Date(dueAt).toLocaleString()}`,
  );
  return [
    `fetch: ${check.fetch}`,
    formatTable([['BRANCH', 'AGENT', 'UPSTREAM', `BEHIND ${check.parent}`, 'CHANGES'], ...rows]),
    ...section(`on ${check.parent} in the last day`, commits, 'nothing'),
    ...section('changed by more than one branch (talk before you merge)', overlaps, 'nothing'),
    ...section('integrations that are not taken over', syncs, 'nothing'),
    ...section(
      'graph',
      check.graph.map((line) => `  ${line}`),
      'empty',
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[], none: string): string[] {
  return lines.length === 0 ? [`${title}: ${none}`] : [`${title}:`, ...lines];
}

/** What `orc git integrate` and `orc git rollback` print at the end. */
export function formatIntegration(answer: IntegrationAnswer): string {
  const { outcome, checks, steps, skipped, integration, path, test, next } = answer;
  const lines: string[] = [];
  if (outcome === 'planned' || outcome === 'refused') {
    lines.push(
      ...checks.map(
        ({ status, text }) => `${status === 'ok' ? 'ok  ' : status === 'failed' ? 'NO  ' : 'note'}  ${text}`,
      ),
    );
    if (steps.length > 0)
      lines.push(
        formatTable([
          ['', 'BRANCH', 'AREA', 'COMMITS', 'FILES', 'STATE', 'WHY'],
          ...steps.map((step, index) => [
            String(index + 1),
            step.branch,
            step.area,
            String(step.commits),
            String(step.files),
            step.state === 'waiting' ? 'merges' : step.state,
            step.why,
          ]),
        ]),
      );
    lines.push(...skipped.map(({ branch, why }) => `left out: ${branch} (${why})`));
  }
  for (const { branch, conflicts } of steps)
    lines.push(
      ...conflicts.map(
        ({ file, kind, fileKind }) => `conflict in ${branch}: ${file} (${kind}; ${SOLVER[fileKind]})`,
      ),
    );
  if (test && test.exitCode !== 0) lines.push('', test.output.trimEnd());
  const summary = integration ? `${integration.id}: ${outcome}` : outcome;
  lines.push(path === null || outcome === 'merged' ? summary : `${summary}, in ${path}`);
  if (next !== null) lines.push(next);
  return lines.join('\n');
}

const SOLVER = {
  test: 'the tester solves it',
  code: 'the developer solves it',
  other: 'the project manager solves it',
} as const;

/** What `orc lane status` prints: every lane against its target. */
export function formatLanes({ isOn, why, modes, lanes, cycleMinutes, recent, timings }: LaneStatus): string {
  const time = (ms: number | null) => (ms === null ? '-' : formatDuration(ms));
  const laneRows = lanes.map(({ from, to, merges, targetMs, arrived, late, waiting, medianMs, lastMs }) => [
    `${from} -> ${to}${merges ? '' : ' (whole way)'}`,
    formatDuration(targetMs),
    String(arrived),
    String(late),
    String(waiting),
    time(medianMs),
    time(lastMs),
  ]);
  const timingRows = timings.map(({ kind, targetMs, count, late, medianMs, longestMs }) => [
    kind.replaceAll('-', ' '),
    formatDuration(targetMs),
    String(count),
    String(late),
    time(medianMs),
    time(longestMs),
  ]);
  const recentRows = recent.map(({ sha, source, receiver, outcome, committedAt, settledAt, subject }) => [
    short(sha),
    `${source} -> ${receiver}`,
    outcome,
    settledAt === null ? '-' : formatDuration(settledAt - committedAt),
    subject,
  ]);
  const cycle =
    cycleMinutes === null
      ? []
      : [`the project manager hears every ${cycleMinutes} min what waits for an integration`];
  return [
    `fast lanes: ${isOn ? 'on' : `off, because ${why}`}; modes: ${modes.join(', ') || 'none fits this team'}`,
    ...cycle,
    ...(laneRows.length > 0
      ? [formatTable([['LANE', 'TARGET', 'ARRIVED', 'LATE', 'WAITING', 'MEDIAN', 'LAST'], ...laneRows])]
      : []),
    '',
    formatTable([['STEP', 'TARGET', 'MEASURED', 'LATE', 'MEDIAN', 'LONGEST'], ...timingRows]),
    ...(recentRows.length > 0
      ? ['', formatTable([['COMMIT', 'FROM -> TO', 'STATE', 'TOOK', 'SUBJECT'], ...recentRows])]
      : []),
  ].join('\n');
}

function short(sha: string): string {
  return sha.slice(0, 10);
}
