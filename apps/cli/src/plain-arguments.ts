import { parseArgs } from 'node:util';
import type { Arguments, Command, Option } from './command.ts';

/** What is known of a command before its code is loaded. */
export interface HotCommand {
  readonly declaration: Pick<Command, 'path' | 'positionals' | 'options'>;
  readonly load: () => Promise<Command>;
}

export const globalOptions: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', describe: 'Print one JSON document.' },
  home: { type: 'string', describe: 'State directory.', defaultText: '$ORC_HOME or ~/.orc' },
};

/**
 * Reads a command line of one of these commands if every word of it is plain: known flags, no missing word,
 * no request for help. `undefined` leaves it to the full parser, which explains what is wrong.
 */
export function readPlainly(
  words: readonly string[],
  commands: Readonly<Record<string, HotCommand>>,
): { args: Arguments; load: HotCommand['load'] } | undefined {
  const hot = commands[words[0] ?? ''];
  if (!hot || !Object.hasOwn(commands, words[0] ?? '')) return undefined;
  const { positionals = [], options = {} } = hot.declaration;
  const declared = { ...globalOptions, ...options };
  // A choice, a number or a list is checked by the full parser.
  const isSimple = ({ type, choices }: Option) => (type === 'string' || type === 'boolean') && !choices;
  try {
    const {
      values,
      positionals: found,
      tokens,
    } = parseArgs({
      args: words.slice(1),
      allowPositionals: true,
      tokens: true,
      options: Object.fromEntries(
        Object.entries(declared)
          .filter(([, option]) => isSimple(option))
          .map(([name, option]) => [name, { type: option.type as 'string' | 'boolean' }]),
      ),
    });
    const flags = tokens
      .filter(({ kind }) => kind === 'option')
      .map((token) => ('name' in token ? token.name : ''));
    if (new Set(flags).size < flags.length || Object.values(values).includes('')) return undefined;
    const last = positionals.at(-1);
    const isCount = found.length >= positionals.filter((each) => !each.isOptional).length;
    if (!isCount || (found.length > positionals.length && !last?.isVariadic)) return undefined;
    const named = positionals.map(({ name, isVariadic }, index): [string, string | string[] | undefined] => [
      name,
      isVariadic ? found.slice(index) : found[index],
    ]);
    return {
      args: { positionals: Object.fromEntries(named), options: values },
      load: hot.load,
    };
  } catch {
    return undefined;
  }
}
