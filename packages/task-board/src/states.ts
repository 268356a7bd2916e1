import type { Task, TaskOutcome, TaskRecord, TaskState, WaitingReason } from './types.ts';

/** Outcomes by message id that somebody else (a ledger) knows of already. */
export type KnownOutcomes = Readonly<Record<string, TaskOutcome>>;

/*
 * A state is never stored; it follows from the record and from what the task waits for:
 *
 *   done, failed, cancelled   there is an outcome
 *   blocked                   somebody said that it cannot go on, and why
 *   started                   somebody works on it
 *   assigned                  it was handed out
 *   waiting                   something it waits for is not done
 *   ready                     it can be handed out
 *
 * Only `done` lets a dependent begin: behind a failed, cancelled or blocked task everything stays waiting,
 * until that one is reopened and done.
 */
export function deriveTasks(records: readonly TaskRecord[], known: KnownOutcomes = {}): Map<string, Task> {
  const outcomeOf = (record: TaskRecord) => record.outcome ?? known[messageIdOf(record)] ?? null;
  const byId = new Map(records.map((record) => [record.id, record]));
  const stateOf = (record: TaskRecord): TaskState => {
    const isReady = record.after.every((id) => {
      const dependency = byId.get(id);
      return dependency !== undefined && outcomeOf(dependency) === 'done';
    });
    const outcome = outcomeOf(record);
    if (outcome !== null) return outcome;
    if (record.blockedReason !== null) return 'blocked';
    if (record.startedAt !== null) return 'started';
    if (record.handedOutAt !== null) return 'assigned';
    return isReady ? 'ready' : 'waiting';
  };
  const states = new Map(records.map((record) => [record.id, stateOf(record)]));
  return new Map(
    records.map((record) => {
      const state = states.get(record.id) ?? 'waiting';
      const why = state === 'waiting' ? sentenceOf(record, byId, states) : whyOf(record, state);
      return [record.id, { ...record, state, why, messageId: messageIdOf(record) }];
    }),
  );
}

function messageIdOf({ id, round }: Pick<TaskRecord, 'id' | 'round'>): string {
  return round === 1 ? id : `${id}.${round}`;
}

/** What changes when a task is taken back: nobody has had it in its new round. */
export function newRound({ round }: TaskRecord): Partial<TaskRecord> {
  return {
    ...{ outcome: null, outcomeAt: null, outcomeBy: null, outcomeText: null },
    ...{ handedOutAt: null, startedAt: null, blockedReason: null, blockedBy: null },
    round: round + 1,
  };
}

/** A task that is in somebody's hands and that this agent could go on with. */
export function isOpen({ state }: Task): boolean {
  return state === 'assigned' || state === 'started';
}

/**
 * What a task really waits for: the tasks below it that are not done and not waiting themselves, nearest
 * first. Each is there once, however many ways lead to it.
 */
export function reasonsOf(task: Task, tasks: ReadonlyMap<string, Task>): WaitingReason[] {
  const reasons: WaitingReason[] = [];
  const seen = new Set<string>();
  const queue = [...task.after];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const next = tasks.get(id);
    if (next === undefined || seen.has(id) || next.state === 'done') continue;
    seen.add(id);
    if (next.state === 'waiting') queue.push(...next.after);
    else reasons.push({ id, title: next.title, state: next.state, text: describe(next) });
  }
  return reasons;
}

function describe({ id, title, state, why, assignee }: Task): string {
  const name = `waits for ${id} "${title}"`;
  const holder = assignee === null ? '' : ` (${assignee})`;
  if (state === 'ready') return `${name}, which nobody has begun`;
  if (state === 'assigned' || state === 'started') return `${name}, which is ${state}${holder}`;
  return `${name}, which is ${state}${why === null ? '' : `: ${why}`}`;
}

function whyOf(record: TaskRecord, state: TaskState): string | null {
  if (state === 'blocked') return `${record.blockedBy ?? 'somebody'} says: ${record.blockedReason ?? ''}`;
  if (state !== 'failed' && state !== 'cancelled') return null;
  return record.outcomeBy === null
    ? 'the ledger says so'
    : `${record.outcomeBy} says: ${record.outcomeText ?? ''}`;
}

// One level only: the sentences of a whole board would otherwise cost its depth squared.
function sentenceOf(
  record: TaskRecord,
  byId: ReadonlyMap<string, TaskRecord>,
  states: ReadonlyMap<string, TaskState>,
): string {
  const open = record.after.filter((id) => states.get(id) !== 'done');
  return `waits for ${open.map((id) => `${id} "${byId.get(id)?.title ?? ''}" (${states.get(id) ?? 'gone'})`).join(', ')}`;
}
