import { deliver } from './deliver.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { log, writeAll } from './files.ts';
import { showStatusLine } from './status-line.ts';
import { waitForMail } from './wait.ts';

/*
 * What Claude Code runs for each event. Whatever goes wrong, it ends with 0 and without a word, because the
 * agent's turn stands still for it; only a waiter that has mail ends with 2.
 */
const environment = readEnvironment(process.env, process.argv.slice(2));
if (environment !== undefined) void run(environment);

async function run(environment: Environment): Promise<void> {
  process.on('uncaughtException', (error) => giveUp(environment, error));
  try {
    if (environment.mode === 'wait') {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
        process.on(signal, () => process.exit(0));
      process.exit(await waitForMail(environment));
    }
    setTimeout(() => {
      log(environment, 'out of time', { deadlineMs: environment.deadlineMs });
      if (environment.mode === 'status-line') writeAll(1, `${environment.agent}\n`);
      process.exit(0);
    }, environment.deadlineMs);
    await (environment.mode === 'status-line' ? showStatusLine(environment) : deliver(environment));
    process.exit(0);
  } catch (error) {
    giveUp(environment, error);
  }
}

function giveUp(environment: Environment, error: unknown): never {
  log(environment, 'failed', { problem: String(error) });
  process.exit(0);
}
