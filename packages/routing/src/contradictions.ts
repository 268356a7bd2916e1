/** What somebody has signed about something. */
export interface SignedReport {
  readonly id: string;
  readonly agent: string;
  readonly role: string;
  readonly kind: string;
  /** What it is about: `task:shop.t-01`, `role:sysadmin`, or a name somebody gave it. */
  readonly subjects: readonly string[];
  readonly at: number;
  readonly text: string;
}

export interface Contradiction {
  /** The same for the same two words, whichever is looked at first. */
  readonly key: string;
  readonly subject: string;
  readonly completion: SignedReport;
  readonly opposite: SignedReport;
}

const OPPOSITES: ReadonlySet<string> = new Set(['failure', 'blocked']);
const COMPLETIONS: ReadonlySet<string> = new Set(['completion', 'deployment', 'implementation-complete']);

/**
 * Finds who says the opposite of whom about the same thing; only the last word of each counts. Whoever was
 * blocked before something was completed has had what they waited for, so that is no contradiction; a task
 * has one outcome only, so there the order does not matter.
 */
export function findContradictions(reports: readonly SignedReport[]): Contradiction[] {
  const bySubject = new Map<string, SignedReport[]>();
  for (const report of reports)
    for (const subject of report.subjects)
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), report]);
  return [...bySubject].flatMap(([subject, all]) => {
    const last = lastWords(all);
    const completions = last.filter(({ kind }) => COMPLETIONS.has(kind));
    const opposites = last.filter(({ kind }) => OPPOSITES.has(kind));
    return completions.flatMap((completion) =>
      opposites
        .filter((opposite) => opposite.agent !== completion.agent && isOpposed(subject, completion, opposite))
        .map((opposite) => ({
          key: [subject, completion.id, opposite.id].join('|'),
          subject,
          completion,
          opposite,
        })),
    );
  });
}

function isOpposed(subject: string, completion: SignedReport, opposite: SignedReport): boolean {
  const isOneOutcome = subject.startsWith('task:') && opposite.kind === 'failure';
  return isOneOutcome || opposite.at >= completion.at;
}

function lastWords(reports: readonly SignedReport[]): SignedReport[] {
  const last = new Map<string, SignedReport>();
  for (const report of reports) {
    const before = last.get(report.agent);
    if (!before || before.at <= report.at) last.set(report.agent, report);
  }
  return [...last.values()];
}

/**
 * What a report is about. A completion is also about its role, which others may depend on. A failure is about
 * a role that it depends on when it names it, as a word of its own.
 */
export function subjectsOf({
  kind,
  role,
  text,
  task,
  about,
  dependsOn,
  roles,
}: {
  readonly kind: string;
  readonly role: string;
  readonly text: string;
  readonly task?: string | undefined;
  readonly about?: string | undefined;
  readonly dependsOn: readonly string[];
  /** Roles of the team: what is about one of them is about its work. */
  readonly roles: readonly string[];
}): string[] {
  const named = (about ?? '').trim().toLowerCase().replaceAll(/\s+/g, '-');
  const subjects = [
    ...(task === undefined ? [] : [`task:${task}`]),
    ...(named === '' ? [] : [`${roles.includes(named) ? 'role' : 'about'}:${named}`]),
    ...(COMPLETIONS.has(kind) ? [`role:${role}`] : []),
    ...(OPPOSITES.has(kind)
      ? dependsOn.filter((each) => hasWord(text, each)).map((each) => `role:${each}`)
      : []),
  ];
  return [...new Set(subjects)];
}

function hasWord(text: string, word: string): boolean {
  return text
    .toLowerCase()
    .split(/[^a-z0-9-]+/)
    .includes(word);
}
