import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { daemonTitle, layoutOf, type Layout } from '@orc/contracts';
import { describeError, isOrcError } from '@orc/errors';
import pino, { type Logger } from 'pino';
import { loadConfig } from './config/load.ts';
import { startDaemon, type DaemonOptions } from './start.ts';
import { createLogStream } from './system/log-files.ts';

const EXPECTED = 1;
const BUG = 70;
const OUTPUT_BYTES_MAX = 1024 * 1024;

/**
 * Starts the daemon of one ORC_HOME and keeps it until a signal. It writes its log itself; its output, which the
 * CLI and the service redirect to `daemon.log`, is for what happens before it can, and for its crash.
 */
async function main(): Promise<void> {
  process.title = daemonTitle;
  const home = resolve(process.env.ORC_HOME ?? join(homedir(), '.orc'));
  const layout = layoutOf(home, { runtimeDirectory: process.env.XDG_RUNTIME_DIR });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  emptyIfLarge(layout.daemonLog);
  const loaded = loadConfig(layout.config, process.env);
  const log = pino(
    { level: loaded.config.logging.level, redact: ['token', '*.token', 'authorization'] },
    createLogStream(layout.daemonLogs),
  );
  process.on('uncaughtExceptionMonitor', (error) => log.fatal({ err: error }, 'the daemon ends: a bug'));
  let isStopping = false;
  async function stop(reason: string, { isForGood = true } = {}): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    // A call may ask for it before all of the daemon is there, and what is not there cannot be closed.
    const daemon = await serving;
    log.info({ reason }, 'the daemon stops; agents go on in tmux');
    if (isForGood) noteStopped(layout, log);
    await daemon[Symbol.asyncDispose]();
    process.exit(0);
  }
  const serving = serve({
    layout,
    loaded,
    log,
    environment: process.env,
    stop: ({ restart }) => void stop('request', { isForGood: !restart }),
  });
  await serving;
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  // The terminal that started the daemon may close; the daemon does not mind.
  process.on('SIGHUP', () => log.info('the terminal was closed'));
}

/** Starts the daemon, which from then on is not stopped for good. */
async function serve(options: DaemonOptions): Promise<AsyncDisposable> {
  const { layout, log } = options;
  const daemon = await startDaemon(options);
  rmSync(layout.daemonStopped, { force: true });
  log.info({ home: layout.home, pid: process.pid, socket: layout.socket }, 'the daemon serves');
  return daemon;
}

/**
 * Said before the socket closes, so that no agent's command starts the daemon again in the moment after. On a full
 * disk that may happen, and does no harm.
 */
function noteStopped(layout: Layout, log: Logger): void {
  try {
    writeFileSync(layout.daemonStopped, '');
  } catch (error) {
    log.warn({ err: error }, 'that it was stopped on purpose could not be noted');
  }
}

/** A service that cannot start says so every few seconds, for as long as nobody repairs it. */
function emptyIfLarge(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > OUTPUT_BYTES_MAX) truncateSync(path);
}

main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  if (!isOrcError(error) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(isOrcError(error) ? EXPECTED : BUG);
});
