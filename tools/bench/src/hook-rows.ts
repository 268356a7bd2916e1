import { measureTogether, time, timeProgram } from './measure.ts';
import type { Line } from './report.ts';
import type { Team } from './team.ts';

const ROUNDS = 25;
const CALLS = 200;

const toolUse = {
  session_id: 'bench',
  transcript_path: '/nowhere/bench.jsonl',
  cwd: '/',
  hook_event_name: 'PostToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'true' },
  tool_response: { stdout: 'x'.repeat(800) },
  tool_use_id: 'toolu_bench',
  duration_ms: 5,
};

/** The command that the client was told to run after every tool call, with nothing to deliver. */
export async function measureHook(team: Team, how: 'with the daemon' | 'without it'): Promise<Line[]> {
  const { file, args } = team.hookCommand('PostToolUse');
  const input = JSON.stringify(toolUse);
  const env = team.agentEnv('developer');
  const before = team.countSpooled();
  const [ours, peer] = await measureTogether(
    [
      { name: 'orc-hook', run: () => timeProgram(file, args, { env, input }) },
      { name: 'node -e 0', run: () => timeProgram(process.execPath, ['-e', '0'], { env: team.env }) },
    ],
    ROUNDS,
  );
  // A hook ends well whatever happens, so its exit proves nothing. It spools exactly what no daemon has taken.
  const spooled = team.countSpooled() - before;
  const expected = how === 'with the daemon' ? 0 : ROUNDS + 1;
  if (spooled !== expected) throw new Error(`${spooled} events were spooled ${how}, and not ${expected}.`);
  return ours && peer
    ? [{ what: `hook with nothing to deliver, ${how}`, ours, peer, budget: { type: 'at most', ratio: 1.3 } }]
    : [];
}

/** The call that an http hook makes, on a connection of its own and without a process of its own. */
export async function measureHookOverHttp({ clientOf }: Team): Promise<Line[]> {
  const client = clientOf('developer');
  const call = () => client.call('hooks', { body: toolUse });
  const [ours] = await measureTogether([{ name: 'hook over http', run: () => time(call) }], CALLS);
  return ours ? [{ what: 'hook over http, p95', value: ours.p95Ms, unit: 'ms', limit: 3 }] : [];
}
