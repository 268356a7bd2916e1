import { ask, readToken } from './daemon.ts';
import type { Environment } from './environment.ts';
import { readStdin, writeAll } from './files.ts';

const CHARACTERS_MAX = 120;

/** Hands the client's figures to the daemon, and shows who the agent is and how much mail it has not read. */
export async function showStatusLine(environment: Environment): Promise<void> {
  const body = readStdin();
  const outcome = await ask(environment, { path: '/v1/status-line', body, token: readToken(environment) });
  const text = outcome.kind === 'answer' && outcome.status === 200 ? outcome.text : '';
  writeAll(1, `${lineOf(environment.agent, text)}\n`);
}

function lineOf(agent: string, answer: string): string {
  const unread = unreadOf(answer);
  const line =
    unread === undefined ? answer.trim() || agent : unread > 0 ? `${agent} · ${unread} unread` : agent;
  return line.replaceAll(/\p{Control}.*/gsu, '').slice(0, CHARACTERS_MAX);
}

function unreadOf(answer: string): number | undefined {
  try {
    const { unread } = JSON.parse(answer) as { unread?: unknown };
    return typeof unread === 'number' ? unread : undefined;
  } catch {
    return undefined;
  }
}
