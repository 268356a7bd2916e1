import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assemble, subjectOf, type Basis } from './assemble.ts';
import type { Client } from './client.ts';
import { runCommand } from './commands.ts';
import { crashIfPlanned } from './crash.ts';
import { createEditor } from './editor.ts';
import { startSession } from './hook-effects.ts';
import { createKeyboard } from './keyboard.ts';
import { createLimitWatch, type LimitWatch } from './limit-watch.ts';
import { describeResume } from './print.ts';
import { createReminders, type Reminders } from './reminders.ts';
import { openSessionRecord, type SessionRecord } from './session-record.ts';
import { passStartDialogs } from './start-dialogs.ts';
import { buildStatusLineInput, openStatusLine, type StatusLine } from './status-line.ts';
import { openTerminalScreen } from './terminal.ts';
import { createTerminalFront, type TerminalFront } from './terminal-front.ts';
import { runTurn } from './turn.ts';
import type { Wake } from './waiters.ts';

/** What comes and goes while a session runs. */
interface Running {
  /** Of the turn or command that is being worked on. */
  turn: AbortController | undefined;
  record: SessionRecord | undefined;
  statusLine: StatusLine | undefined;
  isEnding: boolean;
}

interface Parts {
  readonly basis: Basis;
  readonly client: Client;
  readonly front: TerminalFront;
  readonly reminders: Reminders;
  readonly limitWatch: LimitWatch;
  readonly running: Running;
  /** Runs the SessionEnd hooks, puts everything away and ends the process. */
  readonly end: (reason: string, exitCode: number) => Promise<void>;
}

/** Runs a session in a terminal. It ends the process itself, whatever ends the session. */
export async function runInteractive(basis: Basis): Promise<void> {
  const parts = joinParts(basis);
  const { client, front, running } = parts;
  if (!(await passStartDialogs(basis, front))) process.exit(1);
  running.record = openSessionRecord({
    configDirectory: basis.configDirectory,
    pid: process.pid,
    sessionId: client.session.id,
    cwd: basis.cwd,
    name: basis.options.name,
    clock: client.clock,
  });
  running.statusLine = openStatusLineIfSet(basis, client, front);
  front.setPlaceholder(basis.scenario.placeholder);
  await begin(basis, client);
  await work(parts);
}

function joinParts(basis: Basis): Parts {
  const { options, cwd } = basis;
  const running: Running = { turn: undefined, record: undefined, statusLine: undefined, isEnding: false };
  const editor = createEditor({ newPasteId: () => randomBytes(4).toString('hex') });
  const screen = openTerminalScreen(
    { input: process.stdin, output: process.stdout },
    (bytes) => keyboard.push(bytes),
    { onResize: () => front.redraw(), onHangup: () => void end('other', 129) },
  );
  const front = createTerminalFront({
    screen,
    editor,
    cwd,
    name: options.name,
    clock: { now: () => Date.now() },
    random: Math.random,
    permissionMode: () => client.session.permissionMode,
    queued: () => client.inbox.list().map(({ shown }) => shown),
    refreshStatusLine: () => running.statusLine?.refresh(),
    record: () => running.record,
    startReminder: () => reminders.startPermission(),
  });
  const client = assemble(basis, front, {
    onWake: (wake) => receiveWake(client, wake),
    onNewSession: () => running.record?.setSession(client.session.id),
  });
  const end = (reason: string, exitCode: number) => endSession(client, running, reason, exitCode);
  const reminders = createReminders(client);
  const limitWatch = createLimitWatch(client, front);
  const keyboard = createKeyboard({
    client,
    front,
    editor,
    columns: () => screen.size.columns,
    isWorking: () => running.turn !== undefined,
    interrupt: () => running.turn?.abort(),
    cancelWaiting: () => limitWatch.cancel(),
    onKey: () => reminders.restart(),
    exit: () => void end('prompt_input_exit', 0),
  });
  process.on('exit', () => screen.restore());
  process.on('SIGTERM', () => void end('other', 143));
  process.on('SIGHUP', () => void end('other', 129));
  front.redraw();
  return { basis, client, front, reminders, limitWatch, running, end };
}

async function endSession(client: Client, running: Running, reason: string, exitCode: number): Promise<void> {
  if (running.isEnding) return;
  running.isEnding = true;
  running.turn?.abort();
  // Before the start-up dialogs are passed no hook may run.
  if (running.record) await client.hooks.run('SessionEnd', { reason });
  client.waiters.stopAll();
  running.statusLine?.close();
  running.record?.remove();
  process.exit(exitCode);
}

async function begin(basis: Basis, client: Client): Promise<void> {
  const { memory, options, cwd } = basis;
  await startSession(
    client,
    memory ? 'resume' : 'startup',
    memory && describeResume(memory, client.clock.now()),
  );
  const instructions = join(cwd, 'CLAUDE.md');
  if (existsSync(instructions) && client.hooks.has('InstructionsLoaded'))
    await client.hooks.run('InstructionsLoaded', {
      file_path: instructions,
      memory_type: 'Project',
      load_reason: 'session_start',
    });
  const { prompt } = options;
  if (prompt !== undefined && prompt !== '')
    client.inbox.push({ kind: 'prompt', text: prompt, shown: prompt, raw: prompt });
}

/** One thing after the other, for as long as the session lives. */
async function work(parts: Parts): Promise<void> {
  const { client, reminders, limitWatch, running, end } = parts;
  for (;;) {
    const item = await client.inbox.next();
    // What arrives while the session ends is nobody's any more.
    if (running.isEnding) return;
    reminders.stop();
    running.turn = new AbortController();
    const { signal } = running.turn;
    if (item.kind === 'command')
      await runCommand(client, item.text, { signal, exit: () => end('prompt_input_exit', 0) });
    else {
      limitWatch.onTurnEnd(await runTurn(client, item, signal));
      crashIfPlanned(client);
    }
    running.turn = undefined;
    reminders.startIdle();
  }
}

/** A wake is queued; the main loop starts a turn with it, or the running turn takes it in. */
function receiveWake(client: Client, wake: Wake): void {
  const { session, inbox, clock } = client;
  session.transcript.addLoose({
    type: 'queue-operation',
    operation: 'enqueue',
    timestamp: new Date(clock.now()).toISOString(),
    sessionId: session.id,
    content: wake.message,
  });
  inbox.push({ kind: 'wake', text: wake.message, shown: wake.summary, raw: wake.text });
}

function openStatusLineIfSet(basis: Basis, client: Client, front: TerminalFront): StatusLine | undefined {
  const { settings, options, scenario, cwd } = basis;
  if (!settings.statusLine) return undefined;
  const input = () => {
    const now = client.clock.now();
    const limit = client.faults.findLimit(now);
    const resetsAt = Math.floor((limit?.resetsAt ?? 0) / 1_000);
    return buildStatusLineInput({
      subject: subjectOf(client.session, cwd),
      name: options.name,
      model: options.model,
      meter: client.meter,
      now,
      // A rejected request says 100 percent.
      rateLimits: limit ? { fiveHourPercent: 100, sevenDayPercent: 100, resetsAt } : scenario.rateLimits,
    });
  };
  const statusLine = openStatusLine({
    setting: settings.statusLine,
    cwd,
    environment: client.childEnvironment,
    input,
    onLines: (lines) => front.setStatusLine(lines),
  });
  statusLine.refresh();
  return statusLine;
}
