import type { Reading } from '@orc/alerts';
import type { Message, Queue } from '@orc/queue';

const RECENT_MAX = 1_000;
/** The most that the ledger lists at once; far more tasks than ever run. */
const RUNNING_MAX = 10_000;
const P95 = 95;

/** What the ledger says that alerts are about: how long work takes, what failed, how much waits. */
export function readLedger(
  queue: Pick<Queue, 'list' | 'counts'>,
  {
    projects,
    now,
    windowMs,
  }: { readonly projects: readonly string[]; readonly now: number; readonly windowMs: number },
): Reading[] {
  const ended = queue
    .list({ state: ['done', 'failed'], order: 'newest', limit: RECENT_MAX })
    .filter(({ finishedAt }) => finishedAt !== null && finishedAt > now - windowMs);
  // A task is asked for by its kind: every note stays `seen` for good, and many come while a task runs.
  const running = [
    ...queue.list({ state: 'seen', kind: 'task', order: 'newest', limit: RUNNING_MAX }),
    ...queue
      .list({ state: 'seen', order: 'newest', limit: RECENT_MAX })
      .filter(({ kind }) => kind !== 'task'),
  ].filter(({ startedAt }) => startedAt !== null);
  return [
    ...[...ended, ...running].map((message): Reading => ({
      metric: 'duration',
      subject: message.id,
      kind: message.kind,
      value: message.durationMs ?? Math.max(0, now - (message.startedAt ?? now)),
    })),
    ...percentilesOf(ended),
    ...failuresOf(ended),
    ...depthsOf(queue, projects),
  ];
}

/** Of each kind in each project, by nearest rank: a value that occurred. */
function percentilesOf(ended: readonly Message[]): Reading[] {
  const keyOf = ({ recipient, kind }: Message) => `${recipient.split('/')[0] ?? ''} ${kind}`;
  return [...groupBy(ended, keyOf)].flatMap(([subject, messages]) => {
    const kind = subject.slice(subject.indexOf(' ') + 1);
    const sorted = messages.flatMap(({ durationMs }) => durationMs ?? []).sort((a, b) => a - b);
    const value = sorted[Math.max(1, Math.ceil((P95 * sorted.length) / 100)) - 1];
    return value === undefined ? [] : [{ metric: 'p95', subject, kind, value }];
  });
}

function failuresOf(ended: readonly Message[]): Reading[] {
  const failed = ended.filter(({ state }) => state === 'failed');
  return [...groupBy(failed, ({ recipient }) => recipient)].map(([subject, messages]) => ({
    metric: 'failures',
    subject,
    value: messages.length,
  }));
}

/** Per project, so that what waits for a person is no backlog of a team. */
function depthsOf(queue: Pick<Queue, 'counts'>, projects: readonly string[]): Reading[] {
  return projects.map((project) => {
    const { queued, leased, injected } = queue.counts(`${project}/`).byState;
    return { metric: 'depth', subject: project, value: queued + leased + injected };
  });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
