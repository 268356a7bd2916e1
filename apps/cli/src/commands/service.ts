import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { describeError } from '@orc/errors';
import { run } from '@orc/process';
import {
  isSet,
  type Arguments,
  type Command,
  type Option,
  type Result,
  type Surroundings,
} from '../command.ts';
import { daemonProgram, findHealth, stopDaemon } from '../daemon-process.ts';
import { readAt, readIfThere } from '../read-at.ts';
import { describeService, type Service } from '../service.ts';
import { writeAt } from '../write-at.ts';

const PASSED_ON = ['PATH', 'LANG', 'XDG_RUNTIME_DIR', 'CLAUDE_CONFIG_DIR'] as const;

const options: Readonly<Record<string, Option>> = {
  user: { type: 'boolean', describe: 'A service of your own, also as root' },
  'dry-run': { type: 'boolean', describe: 'Print the file and the commands, and change nothing' },
};

function serviceOf(args: Arguments, { environment, layout }: Surroundings): Service {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const uid = process.getuid?.() ?? 0;
  return describeService({
    platform: process.platform,
    uid,
    isSystem: uid === 0 && !isSet(args, 'user'),
    ownerUid: readAt(layout.home, () => statSync(layout.home, { throwIfNoEntry: false }))?.uid ?? uid,
    userHome: environment.HOME ?? homedir(),
    configHome: environment.XDG_CONFIG_HOME,
    orcHome: layout.home,
    command: [process.execPath, daemonProgram()],
    output: layout.daemonLog,
    environment: Object.fromEntries(passedOn),
  });
}

/** What was done, step by step, and the commands that did not work and are left to the person. */
interface Report {
  readonly did: string[];
  readonly left: string[];
}

async function runAll(
  commands: readonly (readonly string[])[],
  { did, left }: Report,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  for (const [program = '', ...args] of commands) {
    const line = [program, ...args].join(' ');
    const problem = await tryOut(program, args, environment);
    if (problem === undefined) did.push(`ran: ${line}`);
    else left.push(`${line}   (${problem})`);
  }
}

/** How it failed, or `undefined`. */
async function tryOut(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const { exitCode, stderr } = await run(program, args, { cwd: '/', env, timeoutMs: 60_000 });
    return exitCode === 0 ? undefined : (stderr.trim().split('\n')[0] ?? '') || `exit code ${exitCode}`;
  } catch (error) {
    return describeError(error);
  }
}

function answer({ kind, name, path, text }: Service, { did, left }: Report, nothing: string): Result {
  const lines = [
    ...(did.length === 0 && left.length === 0 ? [nothing] : did),
    ...(left.length === 0 ? [] : ['These did not work. Run them yourself:', ...left]),
  ];
  return {
    json: { kind, name, path, file: text, changed: did.length > 0, did, left },
    text: lines.join('\n'),
    exitCode: left.length === 0 ? 0 : 1,
  };
}

function preview(service: Service, commands: readonly (readonly string[])[], file: string): Result {
  const { kind, name, path, text } = service;
  const lines = commands.map((words) => words.join(' '));
  return {
    json: { kind, name, path, file: text, changed: false, commands: lines },
    text: [file, ...lines.map((line) => `would run: ${line}`)].join('\n'),
  };
}

const install: Command = {
  path: 'daemon install',
  summary: 'Have the system keep the daemon running: after a crash, after a reboot, and with its team',
  options,
  examples: [
    ['orc daemon install --dry-run', 'prints the file it would write and the commands it would run'],
    ['orc daemon install', 'a service of yours; as root, one of the whole machine'],
  ],
  async run(args, surroundings) {
    const service = serviceOf(args, surroundings);
    const { path, text, enable, check, name } = service;
    const { environment, layout } = surroundings;
    if (isSet(args, 'dry-run')) return preview(service, enable, `would write ${path}:\n\n${text}`);
    // Before anything is written: a home in which no daemon can be found is one in which none can run.
    const running = await findHealth(layout);
    const report: Report = { did: [], left: [] };
    const isWritten = readIfThere(path) === text;
    const [program = '', ...words] = check;
    if (isWritten && (await tryOut(program, words, environment)) === undefined)
      return answer(service, report, `${name} is installed and runs already: ${path}`);
    writeAt(layout.logs, () => mkdirSync(layout.logs, { recursive: true, mode: 0o700 }));
    if (!isWritten) {
      writeAt(path, () => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text, { mode: 0o644 });
      });
      report.did.push(`wrote ${path}`);
    }
    // Two daemons cannot serve one home: the service takes over what this one leaves, and agents do not notice.
    if (running) {
      await stopDaemon(surroundings, running, 'for-another');
      report.did.push(`stopped the daemon that ran without a service (pid ${running.pid})`);
    }
    await runAll(enable, report, environment);
    return answer(service, report, '');
  },
};

const uninstall: Command = {
  path: 'daemon uninstall',
  summary: 'Take the service away again; the agents go on in tmux',
  options,
  examples: [['orc daemon uninstall', 'stops the service and removes its file']],
  async run(args, surroundings) {
    const service = serviceOf(args, surroundings);
    const { path, disable, forget, name } = service;
    const isThere = existsSync(path);
    if (isSet(args, 'dry-run'))
      return preview(
        service,
        isThere ? [...disable, ...forget] : [],
        isThere ? `would remove ${path}` : 'nothing to do',
      );
    const report: Report = { did: [], left: [] };
    if (isThere) {
      await runAll(disable, report, surroundings.environment);
      writeAt(path, () => rmSync(path));
      report.did.push(`removed ${path}`);
      await runAll(forget, report, surroundings.environment);
    }
    return answer(service, report, `${name} is not installed`);
  },
};

export const serviceCommands: readonly Command[] = [install, uninstall];
