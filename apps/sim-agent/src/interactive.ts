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
import { createLimitWatch } from './limit-watch.ts';
import { createReminders } from './reminders.ts';
import { openSessionRecord, type SessionRecord } from './session-record.ts';
import { passStartDialogs } from './start-dialogs.ts';
import { buildStatusLineInput, openStatusLine, type StatusLine } from './status-line.ts';
import { openTerminalScreen } from './terminal.ts';
import { createTerminalFront, type TerminalFront } from './terminal-front.ts';
import { describeResume } from './print.ts';
import { runTurn } from './turn.ts';
import type { Wake } from './waiters.ts';

/** Runs a session in a terminal. It ends the process itself, whatever ends the session. */
export async function runInteractive(basis: Basis): Promise<void> {
  const { options, cwd } = basis;
  const editor = createEditor({ newPasteId: () => randomBytes(4).toString('hex') });
  let turn: AbortController | undefined;
  let isEnding = false;
  let statusLine: StatusLine | undefined;
  let record: SessionRecord | undefined;

  const screen = openTerminalScreen(
    { input: process.stdin, output: process.stdout },
    (bytes) => keyboard.push(bytes),
    { onResize: () => front.redraw(), onHangup: () => void end('other', 129) },
  );
  const front: TerminalFront = createTerminalFront({
    screen,
    editor,
    cwd,
    name: options.name,
    clock: { now: () => Date.now() },
    random: Math.random,
    permissionMode: () => client.session.permissionMode,
    queued: () => client.inbox.list().map(({ shown }) => shown),
    refreshStatusLine: () => statusLine?.refresh(),
    onPermissionAsked: () => reminders.startPermission(),
  });
  const client: Client = assemble(basis, front, {
    onWake: (wake) => receiveWake(client, wake),
    onNewSession: () => record?.setSession(client.session.id),
  });
  const reminders = createReminders(client);
  const limitWatch = createLimitWatch(client, front);
  const keyboard = createKeyboard({
    client,
    front,
    editor,
    columns: () => screen.size.columns,
    isWorking: () => turn !== undefined,
    interrupt: () => turn?.abort(),
    cancelWaiting: () => limitWatch.cancel(),
    onKey: () => reminders.restart(),
    exit: () => void end('prompt_input_exit', 0),
  });

  const end = async (reason: string, exitCode: number) => {
    if (isEnding) return;
    isEnding = true;
    turn?.abort();
    // Before the start-up dialogs are passed no hook may run.
    if (record) await client.hooks.run('SessionEnd', { reason });
    client.waiters.stopAll();
    statusLine?.close();
    record?.remove();
    process.exit(exitCode);
  };
  process.on('exit', () => screen.restore());
  process.on('SIGTERM', () => void end('other', 143));
  process.on('SIGHUP', () => void end('other', 129));

  const isAdmitted = await passStartDialogs(basis, front);
  if (!isAdmitted) process.exit(1);
  record = openSessionRecord({
    configDirectory: basis.configDirectory,
    pid: process.pid,
    sessionId: client.session.id,
    cwd,
    name: options.name,
    clock: client.clock,
  });
  front.attachRecord(record);
  statusLine = openStatusLineIfSet(basis, client, front);
  front.setPlaceholder(basis.scenario.placeholder);
  front.redraw();
  await begin(basis, client);
  for (;;) {
    const item = await client.inbox.next();
    // What arrives while the session ends is nobody's any more.
    if (isEnding) return;
    reminders.stop();
    turn = new AbortController();
    if (item.kind === 'command')
      await runCommand(client, item.text, { signal: turn.signal, exit: () => end('prompt_input_exit', 0) });
    else {
      const result = await runTurn(client, item, turn.signal);
      limitWatch.onTurnEnd(result);
      if (!isEnding) crashIfPlanned(client);
    }
    turn = undefined;
    reminders.startIdle();
  }
}

async function begin(basis: Basis, client: Client): Promise<void> {
  const { memory, options, cwd } = basis;
  const source = memory ? 'resume' : 'startup';
  await startSession(client, source, memory && describeResume(memory, client.clock.now()));
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
  const { settings, options, scenario } = basis;
  if (!settings.statusLine) return undefined;
  const statusLine = openStatusLine({
    setting: settings.statusLine,
    cwd: basis.cwd,
    environment: client.childEnvironment,
    input: () => {
      const limit = client.faults.findLimit(client.clock.now());
      const resetsAt = Math.floor((limit?.resetsAt ?? 0) / 1_000);
      return buildStatusLineInput({
        subject: subjectOf(client.session, basis.cwd),
        name: options.name,
        model: options.model,
        meter: client.meter,
        now: client.clock.now(),
        // A rejected request says 100 percent.
        rateLimits: limit ? { fiveHourPercent: 100, sevenDayPercent: 100, resetsAt } : scenario.rateLimits,
      });
    },
    onLines: (lines) => front.setStatusLine(lines),
  });
  statusLine.refresh();
  return statusLine;
}
