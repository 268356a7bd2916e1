import { isErrno, isOrcError } from '@orc/errors';
import type { Command, Result, Surroundings } from './command.ts';
import { errors, USAGE_CODES } from './errors.ts';
import { harmless, harmlessJson } from './harmless-text.ts';
import { hotCommands } from './hot.ts';
import { readPlainly } from './plain-arguments.ts';
import { withProject } from './project-flag.ts';
import { createSurroundings } from './surroundings.ts';

const OK = 0;
const EXPECTED = 1;
const USAGE = 2;
const BUG = 70;

/**
 * Runs one command line and returns the exit code: 0 done, 1 an expected failure with its code, 2 wrong
 * usage, 70 a bug. The commands that agents call all day are read without loading the whole parser; if
 * anything about their words is unusual, the parser reads them again and explains.
 */
export async function main(given: readonly string[], program: string): Promise<number> {
  // SPEC-072 calls the program team-daemon; its words are commands of their own.
  const words = given[0] === 'team-daemon' ? given.slice(1) : given;
  const isJson = words.includes('--json');
  try {
    const hot = readPlainly(words, hotCommands);
    if (hot) {
      const command = await hot.load();
      return await runCommand(command, hot.args, createSurroundings(hot.args));
    }
    const { parse } = await import('./parser.ts');
    return await parse(words, program, (command, args) =>
      runCommand(command, args, createSurroundings(args)),
    );
  } catch (error) {
    return report(error, isJson);
  }
}

async function runCommand(
  command: Command,
  args: Parameters<Command['run']>[0],
  surroundings: Surroundings,
): Promise<number> {
  const result = await command.run(withProject(args, surroundings.directory), surroundings);
  if (result && (await show(result, surroundings))) await result.onPrinted?.();
  return result?.exitCode ?? OK;
}

/**
 * Resolves when the result has left this process; with false when its reader has gone (`| head`).
 *
 * @throws ORC_CLI_NOT_PRINTED
 */
function show({ json, text }: Result, { isJson }: Surroundings): Promise<boolean> {
  const whole = isJson ? harmlessJson(`${JSON.stringify(json, null, 2)}\n`) : harmless(text);
  const line = whole === '' || whole.endsWith('\n') ? whole : `${whole}\n`;
  if (line === '') return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    // Told through the callback; an event without a listener would end the process.
    process.stdout.once('error', () => undefined);
    process.stdout.write(line, (error) => {
      if (!error) resolve(true);
      else if (isErrno(error, 'EPIPE')) resolve(false);
      else reject(errors.notPrinted(error));
    });
  });
}

function report(error: unknown, isJson: boolean): number {
  if (isOrcError(error)) {
    const { code, message, details } = error;
    const json = JSON.stringify({ error: { code, message, details } }, null, 2);
    if (isJson) process.stdout.write(`${harmlessJson(json)}\n`);
    process.stderr.write(`orc: ${harmless(message)}\n     (${code})\n`);
    return USAGE_CODES.has(code) ? USAGE : EXPECTED;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`orc: this is a bug in orc, please report it with what follows.\n${stack}\n`);
  return BUG;
}
