/** @typedef {{ name: string, args: string[], minimum?: string }} Program */

/** @type {Program[]} */
export const needed = [
  { name: 'tmux', args: ['-V'], minimum: '3.2' },
  { name: 'git', args: ['--version'], minimum: '2.38' },
];

/** Two of the packages are compiled where they are installed. @type {Program[]} */
export const neededToCompile = ['make', 'g++', 'python3'].map((name) => ({ name, args: ['--version'] }));

/** How a program's package is called where it is not called like the program. @type {Record<string, Record<string, string>>} */
const packages = {
  dnf: { 'g++': 'gcc-c++' },
  pacman: { 'g++': 'gcc', python3: 'python' },
  zypper: { 'g++': 'gcc-c++' },
};

/** @type {Record<string, string>} */
const commands = {
  'apt-get': 'apt-get update && apt-get install -y',
  dnf: 'dnf install -y',
  pacman: 'pacman -S --needed',
  zypper: 'zypper install -y',
  apk: 'apk add',
  brew: 'brew install',
};

export const managers = Object.keys(commands);

/**
 * The one command that installs the programs, or a sentence where no package manager is known.
 *
 * @param {string[]} names
 * @param {{ manager: string | undefined, isRoot: boolean }} system
 */
export function installCommand(names, { manager, isRoot }) {
  const command = manager === undefined ? undefined : commands[manager];
  if (manager === undefined || command === undefined) return `install ${names.join(', ')}`;
  const list = names.map((name) => packages[manager]?.[name] ?? name).join(' ');
  const needsRoot = manager !== 'brew' && !isRoot;
  return `${needsRoot ? command.replaceAll(/^|(?<=&& )/g, 'sudo ') : command} ${list}`;
}

/**
 * True when a version is not lower than another. A text without a number is a build from source, and passes.
 *
 * @param {string} found what a program says of itself, such as `tmux 3.3a`
 * @param {string} minimum
 */
export function isAtLeast(found, minimum) {
  const have = numbers(found);
  const want = numbers(minimum);
  if (have.length === 0) return true;
  const at = want.findIndex((number, index) => number !== (have[index] ?? 0));
  return at < 0 || (have[at] ?? 0) > (want[at] ?? 0);
}

/** @param {string} text */
function numbers(text) {
  return /\d+(\.\d+)+/.exec(text)?.[0].split('.').map(Number) ?? [];
}

/**
 * What is missing or too old, each as a phrase.
 *
 * @param {Program[]} programs
 * @param {(program: Program) => string | undefined} versionOf gives `undefined` for a program that is not there
 * @returns {{ name: string, what: string }[]}
 */
export function findLacking(programs, versionOf) {
  return programs.flatMap((program) => {
    const found = versionOf(program);
    const { name, minimum } = program;
    if (found === undefined) return [{ name, what: `${name} is not installed` }];
    if (minimum === undefined || isAtLeast(found, minimum)) return [];
    return [{ name, what: `${found.trim()} is too old (orc needs ${minimum})` }];
  });
}
