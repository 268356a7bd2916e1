import type { Client, Layout } from '@orc/contracts';

type OptionType = 'string' | 'boolean' | 'number' | 'list';

export interface Option {
  readonly type: OptionType;
  readonly describe: string;
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
  /** Shown in the help; the daemon or the command itself applies it. */
  readonly defaultText?: string;
}

export interface Positional {
  readonly name: string;
  readonly describe: string;
  readonly isOptional?: boolean;
  /** Takes all words that are left. Only the last one may. */
  readonly isVariadic?: boolean;
  readonly choices?: readonly string[];
}

/** What a command is given. Values are read from the declaration: a flag that was not given is absent. */
export interface Arguments {
  readonly positionals: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly options: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
}

/** What a command has to say: a document for programs, and the same as text for people. */
export interface Result {
  readonly json: unknown;
  readonly text: string;
  /** 0 unless said otherwise. */
  readonly exitCode?: number;
  /** Done once the result has been written to standard output, and not when that failed. */
  readonly onPrinted?: () => Promise<void>;
}

/** The surroundings of one run. Only this is asked for environment, directory and terminal. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
  readonly home: string;
  readonly layout: Layout;
  readonly isJson: boolean;
  readonly isTerminal: boolean;
  /** The daemon's client; starts the daemon when none answers, unless told otherwise. */
  readonly connect: (options?: { readonly start?: boolean }) => Promise<Client>;
  /** Talk goes to standard error, so that standard output holds the result and nothing else. */
  readonly say: (text: string) => void;
  /** Standard output, for commands that print as they go (streams, full-screen views). */
  readonly print: (text: string) => void;
  /** Empties the terminal, for the next picture of a full-screen view. */
  readonly clear: () => void;
}

export interface Command {
  /** The words that call it: `msg status`. */
  readonly path: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly positionals?: readonly Positional[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Whole command lines with what each does; a test runs them. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  run(args: Arguments, surroundings: Surroundings): Promise<Result | undefined>;
}

/** One text positional, whether it was given as one word or as many. */
export function textOf(args: Arguments, name: string): string {
  const value = args.positionals[name];
  return typeof value === 'object' ? value.join(' ') : (value ?? '');
}

/** A flag's text, or `undefined`. */
export function stringOption(args: Arguments, name: string): string | undefined {
  const value = args.options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOption(args: Arguments, name: string): number | undefined {
  const value = args.options[name];
  return typeof value === 'number' ? value : undefined;
}

export function isSet(args: Arguments, name: string): boolean {
  return args.options[name] === true;
}

/** A list flag of names: repeated, or with commas, or both. */
export function listOption(args: Arguments, name: string): string[] | undefined {
  return textsOption(args, name)
    ?.flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** A list flag of sentences: repeated, and each as it was given. */
export function textsOption(args: Arguments, name: string): string[] | undefined {
  const value = args.options[name];
  if (value === undefined) return undefined;
  return typeof value === 'object' ? [...value] : [String(value)];
}
