/*
 * How orc's entries are told from everybody else's: what they run is a file called orc-hook, directly or by
 * a runtime, or they carry an argument that nobody else would. A hook of the user's own that merely mentions
 * the name is left alone.
 */

/** Given to a program whose name does not tell; the program ignores it. */
export const OWN_MARK = '--orc-hook';

const OWN_PROGRAM = /^orc-hook(?:\.cjs)?$/;
const RUNTIMES = new Set(['node', 'nodejs', 'bun']);

export function isOwnEntry(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { type, command, args } = entry as Record<string, unknown>;
  if (type !== 'command' || typeof command !== 'string') return false;
  const words = Array.isArray(args) ? [command, ...args.map(String)] : splitWords(command);
  return words.includes(OWN_MARK) || OWN_PROGRAM.test(fileName(findProgram(words)));
}

/** The program that a command line is about: not `env` with its assignments, and not the runtime. */
function findProgram(words: readonly string[]): string {
  const rest = [...words];
  if (fileName(rest[0] ?? '') === 'env') {
    rest.shift();
    for (let word = rest[0]; word !== undefined; word = rest[0]) {
      if (word === '-u') rest.splice(0, 2);
      else if (word.startsWith('-') || word.includes('=')) rest.shift();
      else break;
    }
  }
  if (RUNTIMES.has(fileName(rest[0] ?? ''))) {
    rest.shift();
    while (rest[0]?.startsWith('-')) rest.shift();
  }
  return rest[0] ?? '';
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Words of a shell line as far as names go: quotes join, nothing is expanded. */
function splitWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"|\\(.)/g, '$1$2$3'));
}
