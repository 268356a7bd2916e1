import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ask, readToken } from './daemon.ts';
import type { Environment } from './environment.ts';
import { log, readStdin, writeAll } from './files.ts';

const CHECK_MS = 2_000;
/** The daemon answers a question that brought no mail long before; after that the connection is a dead one. */
const SILENCE_MS = 120_000;
/** An answer without mail that came sooner is no long poll, and must not be asked for again at once. */
const POLL_MS_MIN = 1_000;
const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 5_000;
const WAKE = 2;

/**
 * Waits in the background until there is mail; resolves with the exit code. 2 wakes the session, which then
 * reads what stands on stderr. 0 when a newer waiter took over, the client is gone, or the daemon wants none.
 */
export async function waitForMail(environment: Environment): Promise<number> {
  const input = readInput();
  if (input === undefined || (input['agent_id'] ?? null) !== null) return 0;
  if (readToken(environment) === '') {
    log(environment, 'the token cannot be read: nobody waits');
    return 0;
  }
  const isNeeded = stayOnDuty(environment);
  if (!isNeeded()) return 0;
  // Checked apart from the loop, which may hang in a question for long.
  setInterval(() => {
    if (!isNeeded()) process.exit(0);
  }, CHECK_MS);
  const body = Buffer.from(
    JSON.stringify({
      session_id: input['session_id'] ?? null,
      hook_event_name: input['hook_event_name'] ?? null,
      client_pid: Number(environment.clientPid) || null,
      waiter_pid: process.pid,
    }),
  );
  return pollUntilMail(environment, body);
}

async function pollUntilMail(environment: Environment, body: Buffer): Promise<number> {
  let pauseMs = PAUSE_MS_MIN;
  for (;;) {
    const askedAt = Date.now();
    // Read anew each time: the daemon may have replaced it while it restarted.
    const token = readToken(environment);
    const outcome = await ask(environment, { path: '/v1/wait', body, token, silenceMs: SILENCE_MS });
    if (outcome.kind === 'answer') {
      const { status, text } = outcome;
      if (status === 200 && text !== '') {
        writeAll(2, text);
        return WAKE;
      }
      if (status >= 400 && status < 500) {
        // 410 is the ordinary end: a newer waiter took over, or the agent has ended.
        if (status !== 410) log(environment, 'the daemon refused', { status, text: text.slice(0, 500) });
        return 0;
      }
      if (status < 300 && Date.now() - askedAt >= POLL_MS_MIN) {
        pauseMs = PAUSE_MS_MIN;
        continue;
      }
    } else if (outcome.kind === 'garbage') {
      log(environment, outcome.problem);
    }
    // A little at random, or all agents' waiters would call a daemon that comes back in the same moment.
    await pause(pauseMs * (0.75 + Math.random() / 2));
    pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
  }
}

/** True as long as the client runs and no newer waiter of this agent has taken over. */
function stayOnDuty(environment: Environment): () => boolean {
  const duty = join(dirname(environment.tokenFile), 'waiter');
  const name = `${process.pid} ${Date.now()}`;
  const client = startOf(environment.clientPid);
  const parent = process.ppid;
  let isClaimed = true;
  try {
    writeFileSync(duty, name, { mode: 0o600 });
  } catch {
    isClaimed = false; // The daemon still sees to it that only one waits.
  }
  return () => {
    const isClientRunning =
      environment.clientPid === ''
        ? process.ppid === parent
        : client !== undefined && startOf(environment.clientPid) === client;
    return isClientRunning && (!isClaimed || readText(duty) === name);
  };
}

/** When a process began, so that a later one with its number is not taken for it; undefined when it is over. */
function startOf(pid: string): string | undefined {
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return pid; // No /proc here: the number has to do.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

function readInput(): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readStdin().toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
