import { errors } from './errors.ts';

export const permissionModes = [
  'acceptEdits',
  'auto',
  'bypassPermissions',
  'manual',
  'dontAsk',
  'plan',
] as const;

export type PermissionMode = (typeof permissionModes)[number];

export interface Options {
  readonly isVersion: boolean;
  readonly isHelp: boolean;
  /** `-p`: answer one prompt on stdout and end. */
  readonly isPrint: boolean;
  readonly isJson: boolean;
  readonly settings: string | undefined;
  readonly permissionMode: PermissionMode;
  /** `--dangerously-skip-permissions` was given; root may not. */
  readonly isBypassFlag: boolean;
  readonly name: string | undefined;
  readonly resume: string | undefined;
  readonly sessionId: string | undefined;
  readonly model: string;
  readonly scenario: string | undefined;
  readonly prompt: string | undefined;
}

// Options of the client that the simulation takes and that change nothing in it.
const ignoredValues = new Set([
  '--append-system-prompt',
  '--system-prompt',
  '--system-prompt-snapshot',
  '--setting-sources',
  '--effort',
  '--fallback-model',
  '--autocompact',
  '--max-budget-usd',
  '--debug-file',
  '--input-format',
  '--permission-prompts',
]);
const ignoredLists = new Set([
  '--mcp-config',
  '--add-dir',
  '--allowedTools',
  '--allowed-tools',
  '--disallowedTools',
  '--disallowed-tools',
  '--tools',
]);
const ignoredFlags = new Set([
  '--strict-mcp-config',
  '--allow-dangerously-skip-permissions',
  '--verbose',
  '--no-chrome',
]);
const shortNames: Readonly<Record<string, string>> = {
  '-p': '--print',
  '-v': '--version',
  '-h': '--help',
  '-n': '--name',
  '-r': '--resume',
};
const ownValues = new Set([
  '--settings',
  '--permission-mode',
  '--name',
  '--resume',
  '--session-id',
  '--model',
  '--output-format',
  '--scenario',
]);
const ownFlags = new Set(['--print', '--version', '--help', '--dangerously-skip-permissions']);

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Sorted {
  readonly values: Map<string, string>;
  readonly flags: Set<string>;
  readonly words: string[];
}

/**
 * Reads the command line as the client does. A list option such as `--mcp-config` takes every word up to the
 * next option, the prompt included; a prompt after `--` is safe from it.
 *
 * @throws ORC_SIM_AGENT_UNKNOWN_OPTION, _MISSING_VALUE, _BAD_CHOICE, _BAD_SESSION_ID
 */
export function parseOptions(argv: readonly string[]): Options {
  const { values, flags, words } = sortWords(argv);
  const isBypassFlag = flags.has('--dangerously-skip-permissions');
  const sessionId = values.get('--session-id');
  if (sessionId !== undefined && !uuidPattern.test(sessionId)) throw errors.badSessionId(sessionId);
  const format = choose('--output-format', values.get('--output-format') ?? 'text', [
    'text',
    'json',
  ] as const);
  const mode = values.get('--permission-mode');
  return {
    isVersion: flags.has('--version'),
    isHelp: flags.has('--help'),
    isPrint: flags.has('--print'),
    isJson: format === 'json',
    settings: values.get('--settings'),
    permissionMode:
      mode === undefined
        ? isBypassFlag
          ? 'bypassPermissions'
          : 'auto'
        : choose('--permission-mode', mode, permissionModes),
    isBypassFlag,
    name: values.get('--name'),
    resume: values.get('--resume'),
    sessionId,
    model: values.get('--model') ?? 'simulation',
    scenario: values.get('--scenario'),
    prompt: words[0],
  };
}

function sortWords(argv: readonly string[]): Sorted {
  const sorted: Sorted = { values: new Map(), flags: new Set(), words: [] };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      sorted.words.push(...rest);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      sorted.words.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const given = equals < 0 ? word : word.slice(0, equals);
    const name = shortNames[given] ?? given;
    const inline = equals < 0 ? undefined : word.slice(equals + 1);
    if (ownFlags.has(name) || ignoredFlags.has(name)) sorted.flags.add(name);
    else if (ownValues.has(name) || ignoredValues.has(name)) {
      const value = inline ?? rest.shift();
      if (value === undefined) throw errors.missingValue(name);
      sorted.values.set(name, value);
    } else if (ignoredLists.has(name)) {
      if (inline === undefined && rest[0] === undefined) throw errors.missingValue(name);
      while (rest[0] !== undefined && !rest[0].startsWith('-')) rest.shift();
    } else throw errors.unknownOption(given);
  }
  return sorted;
}

function choose<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw errors.badChoice(option, value, choices);
  return found;
}
