import { join } from 'node:path';
import { load } from './module-loader.ts';

/** Who runs this hook, and where its orc lives; all of it is inherited from the agent's pane. */
export interface Environment {
  readonly agent: string;
  readonly home: string;
  readonly socketPath: string;
  readonly tokenFile: string;
  readonly pane: string;
  /** Process id of the client, empty when it did not say. */
  readonly clientPid: string;
  readonly mode: 'deliver' | 'wait' | 'status-line';
  /** After so long a hook ends without a word, whatever it waits for. Not for `wait`. */
  readonly deadlineMs: number;
}

const DEADLINE_MS = 2_000;
const DEADLINE_MS_MAX = 60_000;

/** Undefined outside an agent: the session of a person who has the hooks installed is not orc's business. */
export function readEnvironment(env: NodeJS.ProcessEnv, args: readonly string[]): Environment | undefined {
  const agent = env['ORC_AGENT'];
  if (!agent) return undefined;
  const home = env['ORC_HOME'] || join(load<typeof import('node:os')>('node:os').homedir(), '.orc');
  const mode = args.find((argument) => !argument.startsWith('-'));
  const deadline = args.find((argument) => argument.startsWith('--deadline-ms='))?.slice(14);
  return {
    agent,
    home,
    socketPath: env['ORC_SOCKET'] || join(home, 'orc.sock'),
    tokenFile: env['ORC_TOKEN_FILE'] ?? '',
    pane: env['TMUX_PANE'] ?? '',
    clientPid: env['CLAUDE_PID'] ?? '',
    mode: mode === 'wait' || mode === 'status-line' ? mode : 'deliver',
    deadlineMs: readDeadline(deadline ?? env['ORC_HOOK_DEADLINE_MS']),
  };
}

function readDeadline(text: string | undefined): number {
  const milliseconds = Number(text);
  return milliseconds > 0 ? Math.min(milliseconds, DEADLINE_MS_MAX) : DEADLINE_MS;
}
