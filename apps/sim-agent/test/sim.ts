import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findByEnvironment } from '@orc/process';
import {
  makeGitRepository,
  makeTempDirectory,
  makeTmuxSocket,
  onTeardown,
  waitUntil,
  type GitRepository,
} from '@orc/testing';

export type Json = Record<string, unknown>;

export const program = join(import.meta.dirname, '../dist/main.js');
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

const recordedEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'PermissionRequest',
  'Stop',
  'StopFailure',
  'SubagentStop',
  'PreCompact',
  'PostCompact',
  'Notification',
  'SessionEnd',
];

/** A place where simulations run: a project, their configuration, and what recorder hooks write down. */
export interface Place {
  readonly project: GitRepository;
  readonly config: string;
  readonly environment: Record<string, string>;
  /** Writes the scenario and returns its path. */
  scenario(value: Json): string;
  /** Settings with a recorder on every event, plus the hooks that are given. */
  settings(more?: Json): string;
  /** What the next hook of this event prints, or says on stderr when the code is 2. */
  answer(event: string, text: string, code?: number): void;
  giveContext(event: string, text: string): void;
  events(): Json[];
  /** The names of the events so far, tool calls by their command. */
  names(): string[];
  commands(): string[];
  mail(text: string): void;
  waiterCount(): number;
  /** The records of all transcripts, in the order of the files. */
  records(): Json[];
}

export function makePlace(): Place {
  const directory = makeTempDirectory('orc-sim');
  // Whatever ends with its terminal still writes its last lines; the place goes after that.
  onTeardown(async () => {
    await waitUntil(() => findByEnvironment({ RECORD_DIRECTORY: directory }).length === 0);
  });
  const project = makeGitRepository();
  const at = (...names: string[]) => join(directory, ...names);
  for (const name of ['answers', 'bin', 'config']) mkdirSync(at(name));
  for (const name of ['orc', 'scm']) {
    copyFileSync(fixture('orc.sh'), at('bin', name));
    chmodSync(at('bin', name), 0o755);
  }
  const lines = (name: string) =>
    // The last piece is empty, or a line that is still being written.
    existsSync(at(name)) ? readFileSync(at(name), 'utf8').split('\n').slice(0, -1) : [];
  const events = () => lines('events.jsonl').map((line) => JSON.parse(line) as Json);
  const put = (name: string, text: string) => {
    writeFileSync(at(`${name}.new`), text);
    renameSync(at(`${name}.new`), at(name));
  };
  const answer: Place['answer'] = (event, text, code) => {
    if (code !== undefined) put(`answers/${event}.code`, String(code));
    put(`answers/${event}`, text);
  };
  return {
    project,
    config: at('config'),
    environment: {
      PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`,
      HOME: directory,
      LANG: 'C.UTF-8',
      RECORD_DIRECTORY: directory,
      ORC_SIM_CONFIG_DIR: at('config'),
      ORC_AGENT: 'shop/developer',
    },
    scenario(value) {
      put('scenario.json', JSON.stringify({ thinkMs: 20, ...value }));
      return at('scenario.json');
    },
    settings(more = {}) {
      const recorder = (event: string) => ({
        type: 'command',
        command: fixture('recorder.sh'),
        args: [event],
      });
      const hooks: Record<string, Json[]> = {};
      for (const event of recordedEvents) hooks[event] = [{ hooks: [recorder(event)] }];
      for (const [event, hook] of Object.entries(more))
        hooks[event] = [...(hooks[event] ?? []), { hooks: [hook] }];
      put('settings.json', JSON.stringify({ hooks }));
      return at('settings.json');
    },
    answer,
    giveContext: (event, text) =>
      answer(
        event,
        JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: text } }),
      ),
    events,
    names: () => events().map((event) => String(event['hook_event_name'])),
    commands: () => lines('commands'),
    mail: (text) => put('mail', text),
    waiterCount: () => lines('waiters').length,
    records() {
      const projects = at('config', 'projects');
      if (!existsSync(projects)) return [];
      return readdirSync(projects).flatMap((name) =>
        readdirSync(join(projects, name))
          .filter((file) => file.endsWith('.jsonl'))
          .flatMap((file) =>
            readFileSync(join(projects, name, file), 'utf8')
              .trim()
              .split('\n'),
          )
          .map((line) => JSON.parse(line) as Json),
      );
    },
  };
}

export const waiterHook = {
  type: 'command',
  command: fixture('waiter.sh'),
  args: [],
  asyncRewake: true,
  timeout: 600,
};

/** A simulation in a pane of a private tmux server. */
export interface Sim {
  screen(): string;
  /** Types text as it is, with no Enter. */
  type(text: string): void;
  paste(text: string): void;
  press(...keys: string[]): void;
  /** Types a line and Enter. */
  enter(text: string): void;
  /** The client's own record, or `undefined` once it is put away. */
  record(): Json | undefined;
  /** Resolves with the exit code; 128 and more for a signal. */
  ended(): Promise<number>;
  isIdle(): Promise<unknown>;
  isBusy(): Promise<unknown>;
  shows(text: string): Promise<unknown>;
}

export function startSim(
  place: Place,
  options: { readonly args?: readonly string[]; readonly environment?: Record<string, string> } = {},
): Sim {
  const socket = makeTmuxSocket();
  const exitFile = join(makeTempDirectory(), 'exit');
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { LANG: 'C.UTF-8', PATH: process.env['PATH'] },
    });
  const environment = Object.entries({ ...place.environment, ...options.environment }).map(
    ([name, value]) => `${name}=${value}`,
  );
  // The shell survives the simulation and writes down how it ended.
  const keeper = ['/bin/sh', '-c', '"$@"; echo $? > "$0"; exec sleep 600', exitFile];
  const command = [
    'env',
    '-i',
    'TERM=xterm-256color',
    ...environment,
    ...keeper,
    process.execPath,
    program,
    ...(options.args ?? []),
  ];
  tmux('new-session', '-d', '-x', '100', '-y', '40', '-c', place.project.path, ...command);
  const screen = () => tmux('capture-pane', '-p');
  // tmux takes a semicolon at the end of an argument for itself.
  const typed = (text: string) => text.replace(/;$/, '\\;');
  const sessions = join(place.config, 'sessions');
  const record = (): Json | undefined => {
    const file = existsSync(sessions)
      ? readdirSync(sessions).find((name) => name.endsWith('.json'))
      : undefined;
    return file === undefined ? undefined : (JSON.parse(readFileSync(join(sessions, file), 'utf8')) as Json);
  };
  const hasStatus = (status: string) =>
    waitUntil(() => record()?.['status'] === status, { what: `status ${status}` });
  return {
    screen,
    record,
    type: (text) => void tmux('send-keys', '-l', '--', typed(text)),
    paste(text) {
      tmux('set-buffer', '-b', 'test', '--', text);
      tmux('paste-buffer', '-p', '-d', '-r', '-b', 'test');
    },
    press: (...keys) => void tmux('send-keys', ...keys),
    enter(text) {
      tmux('send-keys', '-l', '--', typed(text));
      tmux('send-keys', 'Enter');
    },
    async ended() {
      await waitUntil(() => existsSync(exitFile) && readFileSync(exitFile, 'utf8') !== '', {
        what: 'the end',
      });
      return Number(readFileSync(exitFile, 'utf8'));
    },
    isIdle: () => hasStatus('idle'),
    isBusy: () => hasStatus('busy'),
    shows: (text) => waitUntil(() => screen().includes(text), { what: `"${text}" on the screen` }),
  };
}
