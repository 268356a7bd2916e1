import { setTimeout as sleep } from 'node:timers/promises';
import { quickConfig } from './row.ts';
import { ON_ITS_WAY, type Judgement } from './invariant.ts';
import { findHooks, readHoldings, type Holdings } from './proc.ts';
import { choose, createBag, createRandom } from './random.ts';
import { until } from './until.ts';
import { makeWorld, type World } from './world.ts';

export interface SoakOptions {
  readonly directory: string;
  readonly orc: readonly string[];
  /** How long messages are sent; what is under way then gets `settleMs` more. */
  readonly durationMs: number;
  /** The same seed kills the same victims in the same order. */
  readonly seed: number;
  readonly messageEveryMs?: number;
  readonly killEveryMs?: number;
  readonly settleMs?: number;
  readonly agents?: number;
  readonly say?: (text: string) => void;
}

export type Victim = 'agent' | 'hooks' | 'daemon';

export interface SoakReport {
  readonly isSimulation: true;
  readonly seed: number;
  /** How many worked; the orchestrator is one of them. */
  readonly agents: number;
  readonly seconds: number;
  readonly ledger: Judgement;
  readonly kills: Readonly<Record<Victim, number>>;
  /** The daemon at its largest, over all daemons of the run. */
  readonly peak: Holdings;
  /** Lost nothing, doubled nothing, all settled, and the daemon within its bounds. */
  readonly isKept: boolean;
  readonly problems: readonly string[];
}

/** What a daemon may hold at once: ten agents on a busy machine have brought it to 235 MiB and 171 handles. */
const BOUNDS: Holdings = { rssBytes: 300 * 1024 * 1024, handles: 300 };
const VICTIMS: readonly Victim[] = ['agent', 'hooks', 'daemon'];
const LOOK_MS = 1_000;
const READ_MS = 5_000;
/** With the orchestrator they are ten. */
const ROLES = [
  'project-manager',
  'developer',
  'tester',
  'testrunner',
  'researcher',
  'code-reviewer',
  'documentation-writer',
  'architect',
  'devops',
];

/**
 * Ten agents, a question every second, and something killed every twenty: at the end every question must be
 * seen and answered once, and no daemon may have grown. @throws ORC_DRILL_TIMED_OUT, ORC_DRILL_COMMAND_FAILED
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const {
    directory,
    orc,
    durationMs,
    seed,
    agents = 10,
    settleMs = 120_000,
    say = () => undefined,
  } = options;
  await using world = await makeWorld({
    directory,
    orc,
    config: quickConfig,
    roles: ROLES.slice(0, agents - 1),
  });
  await world.up();
  const roles = (await world.client.call('agents', {})).agents.map(({ role }) => role);
  say(`SIMULATION: ${roles.length} agents, seed ${seed}, ${Math.round(durationMs / 1_000)} s`);
  const random = createRandom(seed);
  const drawVictim = createBag(random, VICTIMS);
  const kills: Record<Victim, number> = { agent: 0, hooks: 0, daemon: 0 };
  const peak = { rssBytes: 0, handles: 0 };
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > durationMs;
  await Promise.all([
    repeat(options.messageEveryMs ?? 1_000, isOver, async (count) => {
      await world.send(choose(random, roles), `Question ${count}`);
    }),
    repeat(options.killEveryMs ?? 20_000, isOver, async () => {
      const victim = drawVictim();
      kills[victim] += await kill(world, victim, choose(random, roles));
      say(`· killed ${victim}`);
    }),
    repeat(LOOK_MS, isOver, () => measure(world, peak)),
    repeat(READ_MS, isOver, () => readMail(world)),
  ]);
  const ledger = await settle(world, settleMs);
  await measure(world, peak);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const problems = [...problemsOf(ledger, peak), ...(ledger.queued > 0 ? await describeWaiting(world) : [])];
  return {
    ...{ isSimulation: true, seed, agents: roles.length, seconds, ledger, kills, peak },
    ...{ isKept: problems.length === 0, problems },
  };
}

/** Begins anew every so many ms, however long one turn takes; two never run at once. */
async function repeat(
  everyMs: number,
  isOver: () => boolean,
  action: (count: number) => Promise<void>,
): Promise<void> {
  for (let count = 1; !isOver(); count += 1) {
    const next = performance.now() + everyMs;
    await action(count);
    await sleep(Math.max(0, next - performance.now()));
  }
}

async function kill(world: World, victim: Victim, role: string): Promise<number> {
  if (victim === 'daemon') return killAll([await world.daemonPid()]);
  if (victim === 'hooks') return killAll(findHooks(world.layout.home, { waiters: true }));
  const { pid } = await world.agent(role);
  return killAll(pid === null ? [] : [pid]);
}

function killAll(pids: readonly number[]): number {
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 'SIGKILL');
    } catch {
      return false; // it ended by itself in between
    }
  }).length;
}

/** Into a mailbox that is full no reply comes, and of what is not there it cannot be told that it came twice. */
async function readMail({ client }: World): Promise<void> {
  const { messages } = await client.call('inbox', {});
  await client.call('readInbox', { body: { ids: messages.map(({ id }) => id) } });
}

async function measure(world: World, peak: { rssBytes: number; handles: number }): Promise<void> {
  const now = readHoldings(await world.daemonPid());
  peak.rssBytes = Math.max(peak.rssBytes, now?.rssBytes ?? 0);
  peak.handles = Math.max(peak.handles, now?.handles ?? 0);
}

/** Waits for what is under way; what is not seen by then is a problem of its own. */
async function settle(world: World, timeoutMs: number): Promise<Judgement> {
  let last = await world.judge();
  await until(
    async () => {
      last = await world.judge();
      return last.queued === 0;
    },
    { what: 'everything being seen', timeoutMs, everyMs: 500 },
  ).catch(() => undefined);
  return last;
}

/** What is still under way, to whom, and how they are. */
async function describeWaiting(world: World): Promise<string[]> {
  const { messages } = await world.client.call('messages', { query: { limit: 10_000 } });
  const { agents } = await world.client.call('agents', {});
  return messages
    .filter(({ id, state }) => world.accepted.includes(id) && ON_ITS_WAY.has(state))
    .map(({ id, recipient, state, attempts }) => {
      const whose = agents.find((agent) => agent.id === recipient)?.state;
      return `${id} to ${recipient} is ${state} after ${attempts} attempts; that one is ${whose?.state}: ${whose?.why}`;
    });
}

function problemsOf(ledger: Judgement, { rssBytes, handles }: Holdings): string[] {
  return [
    ...ledger.problems,
    ...(rssBytes > BOUNDS.rssBytes ? [`a daemon held ${Math.round(rssBytes / 1024 / 1024)} MiB`] : []),
    ...(handles > BOUNDS.handles ? [`a daemon held ${handles} open handles`] : []),
  ];
}
