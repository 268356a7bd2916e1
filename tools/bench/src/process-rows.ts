import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient, layoutOf } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { run, runOrThrow } from '@orc/process';
import { measureTogether, time, timeProgram, type Subject } from './measure.ts';
import type { Line } from './report.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CLI = join(ROOT, 'apps', 'cli', 'bin', 'orc.js');
const HOOK = join(ROOT, 'apps', 'hooks', 'dist', 'hook.cjs');
const ROUNDS = 25;
const PARALLEL = 100;

const stop = JSON.stringify({
  session_id: 'bench',
  transcript_path: '/nowhere/bench.jsonl',
  cwd: '/',
  hook_event_name: 'PostToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'true' },
  tool_response: { stdout: 'x'.repeat(800) },
  tool_use_id: 'toolu_bench',
  duration_ms: 5,
});

interface House {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly agentEnv: NodeJS.ProcessEnv;
}

/** A team of two simulated agents in a state directory of its own. */
async function withTeam<Value>(action: (house: House) => Promise<Value>): Promise<Value> {
  const directory = mkdtempSync(join(tmpdir(), 'orc-bench-'));
  const home = join(directory, 'o');
  const project = join(directory, 'shop');
  mkdirSync(project, { recursive: true });
  // Reading extra certificates costs every Node 20 start as much as the start itself, ours and the peer's.
  const { NODE_EXTRA_CA_CERTS: _certificates, ...rest } = process.env;
  const env = {
    ...rest,
    HOME: directory,
    ORC_HOME: home,
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
  };
  const orc = (...words: string[]) => runOrThrow(process.execPath, [CLI, ...words], { cwd: directory, env });
  const git = (...words: string[]) =>
    runOrThrow('git', ['-c', 'user.name=b', '-c', 'user.email=b@b', ...words], { cwd: project });
  try {
    await git('init', '--quiet');
    writeFileSync(join(project, 'SPEC.md'), '# Shop\n\n1. Record the decision [orchestrator]\n');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'Start');
    await orc(
      'up',
      '--project',
      project,
      '--name',
      'shop',
      '--spec',
      join(project, 'SPEC.md'),
      '--runtime',
      'sim',
      '--roles',
      'developer',
    );
    const tokenFile = join(home, 'agents', 'shop', 'developer', 'token');
    const agentEnv = {
      ...env,
      ORC_AGENT: 'shop/developer',
      ORC_TOKEN_FILE: tokenFile,
      ORC_SOCKET: layoutOf(home).socket,
    };
    return await action({ home, env, agentEnv });
  } finally {
    await run(process.execPath, [CLI, 'down', '--force'], { cwd: directory, env });
    await run(process.execPath, [CLI, 'daemon', 'stop'], { cwd: directory, env });
    await run('tmux', ['-S', layoutOf(home).tmuxSocket, 'kill-server'], { cwd: '/' });
    rmSync(directory, { recursive: true, force: true });
  }
}

const empty = (env: NodeJS.ProcessEnv): Subject => ({
  name: 'node -e 0',
  run: () => timeProgram(process.execPath, ['-e', '0'], { env }),
});

/** Whole processes that agents run all day, beside an empty Node process in the same run. */
export function measureProcesses(): Promise<Line[]> {
  return withTeam(async (house) => [
    ...(await measureHook(house, 'with the daemon')),
    ...(await measureSend(house)),
    ...(await measureHookWithoutDaemon(house)),
  ]);
}

async function measureHook({ env, agentEnv }: House, how: string): Promise<Line[]> {
  const hook = {
    name: 'orc-hook',
    run: () => timeProgram(process.execPath, [HOOK], { env: agentEnv, input: stop }),
  };
  const [ours, peer] = await measureTogether([hook, empty(env)], ROUNDS);
  return ours && peer
    ? [{ what: `hook with nothing to deliver, ${how}`, ours, peer, budget: { type: 'at most', ratio: 1.3 } }]
    : [];
}

async function measureHookWithoutDaemon(house: House): Promise<Line[]> {
  await runOrThrow(process.execPath, [CLI, 'daemon', 'stop'], { cwd: '/', env: house.env });
  return measureHook(house, 'without it');
}

async function measureSend({ home, env }: House): Promise<Line[]> {
  const words = [CLI, 'send', 'user', 'hello', '--project', 'shop'];
  const tokenFile = join(home, 'agents', 'shop', 'orchestrator', 'token');
  const asAgent = { ...env, ORC_AGENT: 'shop/orchestrator', ORC_TOKEN_FILE: tokenFile };
  const send = { name: 'orc send', run: () => timeProgram(process.execPath, words, { env: asAgent }) };
  const status = { name: 'orc status', run: () => timeProgram(process.execPath, [CLI, 'status'], { env }) };
  const overstory = await findOverstory(home, env);
  const subjects = [send, status, empty(env), ...(overstory ? [overstory.one] : [])];
  const [ours, shown, peer, theirs] = await measureTogether(subjects, ROUNDS);
  if (!ours || !shown || !peer) return [];
  const lines: Line[] = [
    { what: 'send, whole process', ours, peer, budget: { type: 'at most', ratio: 2 } },
    { what: 'status, whole process', ours: shown, peer, budget: { type: 'at most', ratio: 3 } },
    theirs
      ? { what: 'send, whole process', ours, peer: theirs, budget: { type: 'at least', ratio: 2 } }
      : { what: 'send beside overstory', why: 'set OVERSTORY_COMMAND to the command that runs "ov"' },
  ];
  return [...lines, ...(await measureParallel(home, asAgent, send)), ...(await measureHttp(home))];
}

/** All at once: what counts is that none is lost, and how long the last one takes. */
async function measureParallel(home: string, env: NodeJS.ProcessEnv, send: Subject): Promise<Line[]> {
  const client = createClient({ socketPath: layoutOf(home).socket, token: await operatorToken(home) });
  const count = async () =>
    (await client.call('inbox', { query: { peek: true, all: true, limit: 10_000 } })).messages.length;
  const before = await count();
  const ms = await time(() => Promise.all(Array.from({ length: PARALLEL }, () => send.run())));
  const lost = before + PARALLEL - (await count());
  const alone = await time(async () => {
    for (let index = 0; index < PARALLEL; index += 1)
      await timeProgram(process.execPath, ['-e', '0'], { env });
  });
  const figure = (name: string, medianMs: number) => ({ name, medianMs, p95Ms: medianMs, runs: 1 });
  return [
    {
      what: `${PARALLEL} sends at once, ${lost} lost`,
      ours: figure('orc', ms),
      peer: figure(`${PARALLEL} × node -e 0 one by one`, alone),
      budget: { type: 'at most', ratio: lost === 0 ? 2 : 0 },
    },
  ];
}

/** The call that an http hook makes, without a process of its own: p95 beside an empty round trip. */
async function measureHttp(home: string): Promise<Line[]> {
  const client = createClient({ socketPath: layoutOf(home).socket, token: await agentToken(home) });
  const [ours, peer] = await measureTogether(
    [
      {
        name: 'hook over http',
        run: () => time(() => client.call('hooks', { body: JSON.parse(stop) as unknown }).catch(ignoreText)),
      },
      { name: 'GET /v1/health', run: () => time(() => client.call('health', {})) },
    ],
    200,
  );
  return ours && peer
    ? [
        {
          what: `hook over http, p95 ${ours.p95Ms.toFixed(2)} ms (budget 3 ms)`,
          ours,
          peer,
          budget: { type: 'at most', ratio: 3 },
        },
      ]
    : [];
}

/** The answer of a hook is the client's own text and no JSON document; here only its time counts. */
function ignoreText(error: unknown): void {
  if (!isOrcError(error, 'ORC_CONTRACTS_BAD_ANSWER')) throw error;
}

async function operatorToken(home: string): Promise<string> {
  return (await runOrThrow('cat', [layoutOf(home).operatorToken], { cwd: '/' })).trim();
}

async function agentToken(home: string): Promise<string> {
  return (await runOrThrow('cat', [join(home, 'agents', 'shop', 'developer', 'token')], { cwd: '/' })).trim();
}

/** Overstory is no package of a registry; whoever has it says how it is called. */
async function findOverstory(home: string, env: NodeJS.ProcessEnv): Promise<{ one: Subject } | undefined> {
  const [file, ...args] = (process.env.OVERSTORY_COMMAND ?? '').split(' ').filter(Boolean);
  if (file === undefined) return undefined;
  const cwd = join(dirname(home), 'shop');
  await run(file, [...args, 'init', '--yes'], { cwd, env });
  const words = [...args, 'mail', 'send', '--to', 'b', '--subject', 's', '--body', 'hello', '--from', 'a'];
  return { one: { name: 'overstory: ov mail send', run: () => timeProgram(file, words, { env, cwd }) } };
}
