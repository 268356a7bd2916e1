import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { isOrcError } from '@orc/errors';
import { readBasis } from './assemble.ts';
import { runInteractive } from './interactive.ts';
import { parseOptions } from './options.ts';
import { runPrint } from './print.ts';
import { findPrompt, requireTerminal } from './streams.ts';
import { clientVersion, simulationLabel } from './version.ts';

const help = `Usage: orc-sim [options] [prompt]

${simulationLabel} ${clientVersion}. See the README for what it imitates.

  --settings <file-or-json>  --permission-mode <mode>  --model <model>  -n, --name <name>
  -r, --resume <id>  --session-id <uuid>  --mcp-config <configs...>
  -p, --print  --output-format <text|json>  -v, --version
  --scenario <file>          faults and answers to play (or ORC_SIM_SCENARIO)
`;

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.isVersion) {
    process.stdout.write(`${clientVersion} (${simulationLabel})\n`);
    return;
  }
  if (options.isHelp) {
    process.stdout.write(help);
    return;
  }
  const basis = readBasis(options, process.env, process.cwd());
  const exit = basis.faults.take('exitOnStart');
  if (exit) {
    if (exit.text !== undefined) process.stdout.write(`${exit.text}\n`);
    process.exit(exit.exitCode ?? 1);
  }
  const slow = basis.faults.take('slowStart');
  if (slow) await after(slow.ms ?? 5_000);
  if (!options.isPrint) {
    requireTerminal(process);
    return runInteractive(basis);
  }
  const piped = { isTTY: process.stdin.isTTY, read: () => readFileSync(0, 'utf8') };
  const prompt = findPrompt(options.prompt, piped);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const { output, exitCode } = await runPrint(basis, prompt, stop.signal);
  // A waiter that takes its time to end must not hold the process.
  process.stdout.write(output, () => process.exit(exitCode));
}

/** The client's own words for wrong usage stand alone; anything else is a bug of the simulation. */
function fail(error: unknown): void {
  const isExpected = isOrcError(error);
  const words = isExpected ? error.message : String(error instanceof Error ? error.stack : error);
  // Said last, when the terminal has been given back: what is written on the alternate screen is lost.
  process.once('exit', () => process.stderr.write(`${words}\n`));
  process.exit(isExpected ? 1 : 70);
}

process.on('uncaughtException', fail);
main().catch(fail);
