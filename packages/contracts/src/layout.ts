import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Where everything lies below one ORC_HOME. The directory is mode 0700, files with secrets 0600. */
export interface Layout {
  readonly home: string;
  readonly database: string;
  readonly socket: string;
  readonly tmuxSocket: string;
  readonly daemonLock: string;
  /** There since somebody stopped the daemon on purpose, until it is started again. */
  readonly daemonStopped: string;
  readonly config: string;
  readonly operatorToken: string;
  /** Reads `/metrics` on loopback, and nothing else. */
  readonly metricsToken: string;
  /** Shims of `orc`, `scm` and `tmux-orc`; first on every agent's PATH. */
  readonly bin: string;
  /** Logs that people and tools read: reports, communications, git activity. */
  readonly registryLogs: string;
  readonly projects: string;
  readonly agents: string;
  /** Bodies that are too long to be told whole; agents read them as files. */
  readonly mail: string;
  /** Who wrote what to whom, what rules said of it, and what happened in git; a folder a day. */
  readonly audit: string;
  readonly events: string;
  /** What the fast lanes did, a folder per UTC day. */
  readonly fastLanes: string;
  readonly logs: string;
  /** What the daemon said before it could write its log, and how it ended if it crashed. */
  readonly daemonLog: string;
  /** The daemon's log, a file a day. */
  readonly daemonLogs: string;
  /** What hooks observed while no daemon answered. */
  readonly hookSpool: string;
  readonly backups: string;
  readonly notes: string;
}

/** What the daemon calls itself in the list of processes: one that does not answer is found by it. */
export const daemonTitle = 'orc-daemon';

// The kernel takes 107 bytes; tmux and others append to the name while they start.
const SOCKET_PATH_BYTES_MAX = 100;

export function layoutOf(
  home: string,
  options: { readonly runtimeDirectory?: string | undefined } = {},
): Layout {
  const logs = join(home, 'logs');
  const registry = join(home, 'registry');
  const socketAt = (name: string) => shorten(join(home, name), options.runtimeDirectory);
  return {
    home,
    database: join(home, 'orc.db'),
    socket: socketAt('orc.sock'),
    tmuxSocket: socketAt('tmux.sock'),
    daemonLock: join(home, 'daemon.lock'),
    daemonStopped: join(home, 'daemon.stopped'),
    config: join(home, 'config.yaml'),
    operatorToken: join(home, 'operator.token'),
    metricsToken: join(home, 'metrics.token'),
    bin: join(home, 'bin'),
    registryLogs: join(registry, 'logs'),
    projects: join(registry, 'projects'),
    agents: join(home, 'agents'),
    mail: join(registry, 'mail'),
    notes: join(registry, 'notes'),
    logs,
    audit: join(registry, 'logs'),
    events: join(logs, 'events'),
    fastLanes: join(registry, 'logs', 'fast-lane'),
    daemonLog: join(logs, 'daemon.log'),
    daemonLogs: join(logs, 'daemon'),
    hookSpool: join(home, 'spool', 'hooks.jsonl'),
    backups: join(home, 'backups'),
  };
}

function shorten(path: string, runtimeDirectory: string | undefined): string {
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path;
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(runtimeDirectory ?? join(tmpdir(), `orc-${userInfo().uid}`), `${name}.sock`);
}
