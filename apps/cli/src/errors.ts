import type { Layout } from '@orc/contracts';
import { OrcError, systemReason } from '@orc/errors';

const reasonOf = (cause: unknown): string => {
  const why = systemReason(cause);
  return why === undefined ? '' : `: ${why}`;
};

function daemonDoesNotAnswer({ home, daemonLogs }: Layout, why: string): OrcError {
  return new OrcError(
    'ORC_CLI_DAEMON_DOES_NOT_ANSWER',
    `The daemon of ${home} runs, and does not answer: ${why}. It may still do what it was asked when it goes on. Try again when the machine is less busy; what it does is in ${daemonLogs}. One that hangs is killed by "orc daemon stop --force", on macOS by its name, orc-daemon.`,
    { home, log: daemonLogs },
  );
}

export const errors = {
  usage: (problem: string, hint: string) => new OrcError('ORC_CLI_USAGE', `${problem} ${hint}`, {}),
  notAnAmount: (text: string) =>
    new OrcError(
      'ORC_CLI_NOT_AN_AMOUNT',
      `${JSON.stringify(text)} is no amount. Money is written 5usd or $5, tokens 200000, 200k or 2M.`,
      { text },
    ),
  notADuration: (text: string) =>
    new OrcError('ORC_CLI_NOT_A_DURATION', `"${text}" is no length of time. Write 30s, 10m, 2h or 1d.`, {
      text,
    }),
  notReadable: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_CLI_NOT_READABLE',
      `${path} cannot be read${reasonOf(cause)}. Check the path, and who may read it.`,
      { path },
      { cause },
    ),
  notWritable: (path: string, why: string, cause: unknown) =>
    new OrcError(
      'ORC_CLI_NOT_WRITABLE',
      `${path} cannot be written: ${why}. Correct that, or name another place.`,
      { path, why },
      { cause },
    ),
  noProgram: (name: string) =>
    new OrcError(
      'ORC_CLI_NO_PROGRAM',
      `There is no program ${JSON.stringify(name)} that may be run. Install it, or give its path.`,
      { name },
    ),
  editorFailed: (editor: string, path: string, cause: unknown) =>
    new OrcError(
      'ORC_CLI_EDITOR_FAILED',
      `${editor} did not end well. Set EDITOR to a program that edits a file, or edit ${path} yourself.`,
      { editor, path },
      { cause },
    ),
  daemonDidNotStart: (log: string, lines: string) =>
    new OrcError('ORC_CLI_DAEMON_DID_NOT_START', `The daemon did not start. ${log} says: ${lines}`, { log }),
  daemonDoesNotAnswer,
  /** The system lets only so many callers wait for a daemon that takes none of them in. */
  daemonTakesNobody: (layout: Layout) => daemonDoesNotAnswer(layout, 'too many callers wait for it'),
  daemonDoesNotEnd: (pid: number, ms: number) =>
    new OrcError(
      'ORC_CLI_DAEMON_DOES_NOT_END',
      `The daemon (pid ${pid}) was told to stop and still runs after ${Math.round(ms / 1_000)} s. "orc daemon stop --force" kills it; nothing that it confirmed is lost.`,
      { pid },
    ),
  daemonRunsOtherwise: (pid: number, command: string) =>
    new OrcError(
      'ORC_CLI_DAEMON_RUNS_OTHERWISE',
      `The daemon runs already (pid ${pid}), and not as "${command}" would start it. Restart it: "orc daemon stop", then "${command}". Agents go on meanwhile.`,
      { pid, command },
    ),
  daemonStopped: ({ home }: Layout) =>
    new OrcError(
      'ORC_CLI_DAEMON_STOPPED',
      `The daemon of ${home} was stopped by a person, so nothing was done. Your mail is kept; go on with your task, and try again when "orc daemon start" was run.`,
      { home },
    ),
  homeNotWritable: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_CLI_HOME_NOT_WRITABLE',
      `${path} cannot be written${reasonOf(cause)}; no daemon can be started. Look for a disk that is full or read-only, and at who owns it.`,
      { path },
      { cause },
    ),
  noService: (platform: string) =>
    new OrcError(
      'ORC_CLI_NO_SERVICE',
      `On ${platform} orc knows no way to install a service. Have whatever starts your programs run "orc daemon start".`,
      { platform },
    ),
  notBuilt: (path: string) =>
    new OrcError('ORC_CLI_NOT_BUILT', `${path} is missing. Run "npm run bootstrap" in the checkout.`, {
      path,
    }),
  notATerminal: (what: string) =>
    new OrcError('ORC_CLI_NOT_A_TERMINAL', `"orc ${what}" needs a terminal.`, { what }),
  notPrinted: (cause: Error) =>
    new OrcError(
      'ORC_CLI_NOT_PRINTED',
      `The result could not be written to standard output: ${cause.message}. What was asked for is done; ask again to see it.`,
      {},
      { cause },
    ),
  notReached: (id: string, state: string, now: string) =>
    new OrcError('ORC_CLI_NOT_REACHED', `Message ${id} is ${now} and did not become ${state} in time.`, {
      id,
      state,
      now,
    }),
  notFired: (id: string, why: string) =>
    new OrcError(
      'ORC_CLI_NOT_FIRED',
      `Schedule ${id} did not fire: ${why}. See "orc schedule list --all" and "orc daemon logs".`,
      { id, why },
    ),
  demoFailed: (problems: readonly string[]) =>
    new OrcError('ORC_CLI_DEMO_FAILED', `The demo did not go as it should: ${problems.join('; ')}.`, {
      problems,
    }),
} as const;

/** Wrong words on the command line, as opposed to something that went wrong. */
export const USAGE_CODES: ReadonlySet<string> = new Set(['ORC_CLI_USAGE', 'ORC_CLI_NOT_A_DURATION']);
