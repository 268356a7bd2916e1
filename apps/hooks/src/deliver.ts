import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ask, readToken, type Outcome } from './daemon.ts';
import type { Environment } from './environment.ts';
import type { deliverFromDatabase } from './fallback.ts';
import { log, readStdin, spool, writeAll } from './files.ts';
import { load } from './module-loader.ts';
import { mayHaveMail } from './mail-peek.ts';

/** One event of the client: the daemon's answer is printed, or what the database holds when there is none. */
export async function deliver(environment: Environment): Promise<void> {
  const startedAt = Date.now();
  const stdin = readStdin();
  if (stdin.length === 0) return;
  const token = readToken(environment);
  if (token === '') {
    log(environment, 'the token cannot be read: nothing was delivered');
    return;
  }
  const outcome = await ask(environment, { path: '/v1/hooks', body: stdin, token });
  if (outcome.kind === 'absent') {
    deliverWithoutDaemon(environment, stdin.toString('utf8'), startedAt, outcome.problem);
    return;
  }
  // Nothing is wrong with the event: the database may be locked, or its disk full.
  if (outcome.kind === 'answer' && outcome.status >= 500) keepEvent(environment, stdin.toString('utf8'));
  const text = usableText(environment, outcome);
  if (text !== '') writeAll(1, text);
}

function usableText(environment: Environment, outcome: Exclude<Outcome, { kind: 'absent' }>): string {
  if (outcome.kind === 'garbage') {
    log(environment, outcome.problem);
    return '';
  }
  const { status, text, isJson } = outcome;
  if (status >= 300) {
    log(environment, 'the daemon refused', { status, text: text.slice(0, 500) });
    return '';
  }
  // The client drops all of a text that begins like JSON and is none, and shows the agent's user an error.
  if (text !== '' && (isJson || text.startsWith('{')) && readObject(text) === undefined) {
    log(environment, 'the answer is not a JSON object', { text: text.slice(0, 500) });
    return '';
  }
  return text;
}

const MAIL_EVENTS = new Set([
  'PostToolUse',
  'PostToolUseFailure',
  'UserPromptSubmit',
  'SessionStart',
  'Stop',
]);

function deliverWithoutDaemon(
  environment: Environment,
  stdin: string,
  startedAt: number,
  problem: string,
): void {
  const input = keepEvent(environment, stdin);
  if (input === undefined) return;
  const event = eventOf(input);
  // Nobody counts how often a turn was put off, so without a daemon it is put off once only.
  const isOwnTurn = (input['agent_id'] ?? null) === null && input['stop_hook_active'] !== true;
  if (!MAIL_EVENTS.has(event) || !isOwnTurn) return;
  try {
    const path = join(environment.home, 'orc.db');
    if (!existsSync(path)) throw new Error('there is no database');
    if (!mayHaveMail(path, environment.agent, startedAt)) return;
    const fallback = load<{ deliverFromDatabase: typeof deliverFromDatabase }>('./fallback.cjs');
    const delivered = fallback.deliverFromDatabase({
      path,
      home: environment.home,
      agent: environment.agent,
      clientPid: Number(environment.clientPid) || null,
      stdin,
      deadlineAt: startedAt + environment.deadlineMs,
      print: (text) => writeAll(1, text),
      log: (what, details) => log(environment, what, details),
    });
    if (delivered.length === 0) return;
    log(environment, 'delivered without a daemon', { event, delivered, problem, ms: Date.now() - startedAt });
  } catch (error) {
    log(environment, 'the database could not be used', { event, problem: String(error) });
  }
}

/** Keeps the event for the daemon. Undefined when it is none; one that cannot be kept is an event all the same. */
function keepEvent(environment: Environment, stdin: string): Record<string, unknown> | undefined {
  const input = readObject(stdin);
  if (input === undefined) {
    log(environment, 'stdin is no event', { text: stdin.slice(0, 200) });
    return undefined;
  }
  try {
    spool(environment, input);
  } catch (error) {
    log(environment, 'the event could not be kept', { event: eventOf(input), problem: String(error) });
  }
  return input;
}

function eventOf(input: Record<string, unknown>): string {
  return String(input['hook_event_name']);
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
