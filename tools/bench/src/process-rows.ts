import { run } from '@orc/process';
import { measureHook, measureHookOverHttp } from './hook-rows.ts';
import { measureTogether, percentile, time, timeProgram, type Measured, type Subject } from './measure.ts';
import type { Line } from './report.ts';
import { openResources } from './resources.ts';
import { startTeam, type Team } from './team.ts';

const ROUNDS = 25;
const PARALLEL = 100;
const PARALLEL_ROUNDS = 3;
const SENT = 21;
const SEEN_TIMEOUT_MS = 30_000;

/** Whole processes that agents run all day, beside an empty Node process in the same run. */
export async function measureProcesses(): Promise<Line[]> {
  await using resources = openResources();
  const team = await startTeam(resources);
  await team.untilIdle();
  const lines = [...(await measureSeen(team)), ...(await measureHook(team, 'with the daemon'))];
  lines.push(...(await measureHookOverHttp(team)), ...(await measureCommands(team)));
  await team.stopDaemon();
  return [...lines, ...(await measureHook(team, 'without it'))];
}

/** From the call until the model of an idle agent has answered to the message, by the times in the ledger. */
async function measureSeen({ clientOf, operator, untilIdle }: Team): Promise<Line[]> {
  const sender = clientOf('orchestrator');
  const times: number[] = [];
  const requested: number[] = [];
  for (let round = 0; round <= SENT; round += 1) {
    await untilIdle();
    const { id } = await sender.call('send', { body: { to: 'shop/developer', body: `hello ${round}` } });
    const query = { state: 'seen', timeoutMs: SEEN_TIMEOUT_MS } as const;
    const { message, isReached } = await sender.call('waitForMessage', { params: { id }, query });
    if (!isReached || message.seenAt === null) throw new Error(`${id} was not seen: it is ${message.state}.`);
    if (round === 0) continue;
    times.push(message.seenAt - message.createdAt);
    const { history } = await operator.call('message', { params: { id } });
    const request = history.find(({ step }) => step === 'sent');
    if (request) requested.push(request.at - message.createdAt);
  }
  // The rest is the time for which the sim pretends to think.
  const part = `${percentile(requested, 50)} ms until its request to the model`;
  const what = 'sent until seen by an idle sim agent';
  return [
    { what: `${what}, p50 (${part})`, value: percentile(times, 50), unit: 'ms', limit: 250 },
    { what: `${what}, p95`, value: percentile(times, 95), unit: 'ms', limit: 1_000 },
  ];
}

async function measureCommands(team: Team): Promise<Line[]> {
  const { env, agentEnv, orc } = team;
  const node = (name: string, args: string[], environment: NodeJS.ProcessEnv): Subject => ({
    name,
    run: () => timeProgram(process.execPath, args, { env: environment }),
  });
  let said = 0;
  const send: Subject = {
    name: 'orc send',
    run() {
      // The same text again within half a minute would be heard once.
      const args = orc('send', 'user', `hello ${(said += 1)}`, '--project', 'shop');
      return timeProgram(process.execPath, args, { env: agentEnv('orchestrator') });
    },
  };
  const status = node('orc status', orc('status'), env);
  const empty = node('node -e 0', ['-e', '0'], env);
  const overstory = await findOverstory(team);
  const subjects = [send, status, empty, ...(overstory ? [overstory] : [])];
  const [ours, shown, peer, theirs] = await measureTogether(subjects, ROUNDS);
  if (!ours || !shown || !peer) throw new Error('A command was not measured.');
  return [
    { what: 'send, whole process', ours, peer, budget: { type: 'at most', ratio: 2 } },
    theirs
      ? { what: 'send, whole process', ours, peer: theirs, budget: { type: 'at least', ratio: 2 } }
      : { what: 'send beside overstory', why: 'set OVERSTORY_COMMAND to the command that runs "ov"' },
    { what: 'status of 2 agents, whole process', ours: shown, peer, budget: { type: 'at most', ratio: 3 } },
    ...(await measureParallel(team, { send, empty, overstory })),
  ];
}

interface Parallel {
  readonly send: Subject;
  readonly empty: Subject;
  readonly overstory: Subject | undefined;
}

/** All at once: none may be lost, and the last one must not wait longer than the peer's last one. */
async function measureParallel({ operator }: Team, { send, empty, overstory }: Parallel): Promise<Line[]> {
  const query = { all: true, limit: 10_000 } as const;
  const count = async () => (await operator.call('inbox', { query })).messages.length;
  const before = await count();
  const together = (subject: Subject, runAll: () => Promise<unknown>): Subject => ({
    name: `${PARALLEL} × ${subject.name} at once`,
    run: () => time(runAll),
  });
  const all = ({ run }: Subject) => Array.from({ length: PARALLEL }, run);
  let failures = 0;
  // A peer that refuses some of them is still timed until its last one ends; ours must not refuse any.
  const settle = async (peer: Subject) => {
    const ends = await Promise.allSettled(all(peer));
    failures += ends.filter(({ status }) => status === 'rejected').length;
  };
  const subjects = [
    together(send, () => Promise.all(all(send))),
    together(empty, () => Promise.all(all(empty))),
    ...(overstory ? [together(overstory, () => settle(overstory))] : []),
  ];
  const [ours, none, theirs] = await measureTogether(subjects, PARALLEL_ROUNDS);
  if (!ours || !none) throw new Error('The parallel sends were not measured.');
  // The round that warms up sends, too.
  const sent = PARALLEL * (PARALLEL_ROUNDS + 1);
  const lost = before + sent - (await count());
  const what = `${PARALLEL} sends at once`;
  const beside = (peer: Measured): Line => ({ what, ours, peer, budget: { type: 'at least', ratio: 2 } });
  return [
    { what: `${what}, lost of ${sent}`, value: Math.abs(lost), unit: 'messages', limit: 0 },
    { what, ours, peer: none, budget: { type: 'at most', ratio: 2 } },
    ...(theirs ? [beside({ ...theirs, name: `${theirs.name}, ${failures} of ${sent} failed` })] : []),
  ];
}

/** Overstory is no package of a registry; whoever has it says how it is called. */
async function findOverstory({ project, env }: Team): Promise<Subject | undefined> {
  const [file, ...args] = (process.env.OVERSTORY_COMMAND ?? '').split(' ').filter(Boolean);
  if (file === undefined) return undefined;
  await run(file, [...args, 'init', '--yes'], { cwd: project, env });
  const words = [...args, 'mail', 'send', '--to', 'b', '--subject', 's', '--body', 'hello', '--from', 'a'];
  return { name: 'ov mail send', run: () => timeProgram(file, words, { env, cwd: project }) };
}
