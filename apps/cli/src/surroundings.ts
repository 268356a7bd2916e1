import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClient, layoutOf, type Client, type Layout } from '@orc/contracts';
import { isErrno, isOrcError, systemReason } from '@orc/errors';
import type { Arguments, Surroundings } from './command.ts';
import { errors } from './errors.ts';
import { harmless, harmlessJson } from './harmless-text.ts';
import { readIfThere } from './read-at.ts';
import { whileThere } from './while-there.ts';

const CLEAR = '\u001b[H\u001b[2J';

/** Reads environment, directory and terminal once, for one run of a command. */
export function createSurroundings(args: Arguments): Surroundings {
  const environment = process.env;
  const given = typeof args.options.home === 'string' ? args.options.home : environment.ORC_HOME;
  const home = resolve(given === undefined || given === '' ? join(homedir(), '.orc') : given);
  const layout = layoutOf(home, { runtimeDirectory: environment.XDG_RUNTIME_DIR });
  const say = (text: string) => void process.stderr.write(`${harmless(text)}\n`);
  const isJson = args.options.json === true;
  return {
    environment,
    directory: process.cwd(),
    home,
    layout,
    isJson,
    isTerminal: process.stdout.isTTY,
    connect: async ({ start = true } = {}) => connect(layout, environment, start, say),
    say,
    print: (text) => void process.stdout.write(isJson ? harmlessJson(text) : harmless(text)),
    clear: () => void process.stdout.write(CLEAR),
  };
}

/** An agent calls with its own token, a person with the one that only they can read. @throws ORC_CLI_NOT_READABLE */
function readToken(layout: Layout, environment: NodeJS.ProcessEnv): string {
  return readIfThere(environment.ORC_TOKEN_FILE ?? layout.operatorToken)?.trim() ?? '';
}

/**
 * A client that starts the daemon on the first call that meets none. A call that found nobody has done
 * nothing, so asking once more cannot do it twice.
 */
async function connect(
  layout: Layout,
  environment: NodeJS.ProcessEnv,
  start: boolean,
  say: (text: string) => void,
): Promise<Client> {
  const open = () => createClient({ socketPath: layout.socket, token: readToken(layout, environment) });
  let client = open();
  const ask: Client['call'] = (name, input, options = {}) =>
    whileThere(layout, (hangs) => {
      const signal = options.signal ? AbortSignal.any([options.signal, hangs]) : hangs;
      return client.call(name, input, { ...options, signal });
    });
  return {
    async call(name, input, options) {
      try {
        return await ask(name, input, options);
      } catch (error) {
        if (isErrno(error, 'EAGAIN')) throw errors.daemonTakesNobody(layout);
        if (systemReason(error) !== undefined) throw errors.notReadable(layout.socket, error);
        if (!start || !isOrcError(error, 'ORC_CONTRACTS_DAEMON_ABSENT')) throw error;
        // A person's command starts it again; an agent's is no reason to undo what a person did.
        if (environment.ORC_AGENT && existsSync(layout.daemonStopped)) throw errors.daemonStopped(layout);
        const { startDaemon } = await import('./daemon-process.ts');
        await startDaemon(layout, environment, say);
        client = open();
        return ask(name, input, options);
      }
    },
  };
}
