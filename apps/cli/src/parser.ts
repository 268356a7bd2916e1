import yargs, { type Argv } from 'yargs';
import { commands } from './commands/index.ts';
import type { Arguments, Command, Option } from './command.ts';
import { errors } from './errors.ts';
import { globalOptions } from './plain-arguments.ts';

type Run = (command: Command, args: Arguments) => Promise<number>;

/** Reads any command line: help, completion, wrong names with the nearest right one, and everything else. */
export async function parse(words: readonly string[], program: string, run: Run): Promise<number> {
  let exitCode = 0;
  const groups = groupByFirstWord(commands);
  const parser = yargs([...words])
    .scriptName(program)
    .usage('$0 <command>\n\nRuns a team of coding agents on a git project.')
    .parserConfiguration({
      'camel-case-expansion': false,
      'parse-positional-numbers': false,
      'populate--': false,
      // A list takes the word after its flag and no more: what follows is the text.
      'greedy-arrays': false,
    })
    .options(describeOptions(globalOptions))
    .completion('completion', 'Print a shell completion script')
    .recommendCommands()
    .strict()
    .demandCommand(1, 'Say what to do.')
    .epilogue('Each command explains itself: orc <command> --help')
    .version(false)
    .wrap(100)
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      // What the parser itself throws is about the words, too; it has no message beside it.
      const isOurs = error !== undefined && error.name !== 'YError';
      throw isOurs ? error : errors.usage(message ?? error?.message, `See "${program} --help".`);
    });
  const execute = async (command: Command, found: Record<string, unknown>) => {
    const args = readArguments(command, found);
    refuseUnclear(args, { ...globalOptions, ...command.options });
    exitCode = await run(command, args);
  };
  for (const [word, members] of groups) {
    const [only] = members;
    if (members.length === 1 && only && !only.path.includes(' '))
      addCommand(parser, only, only.path, execute);
    else
      parser.command(
        word,
        groupSummaries[word] ?? members.map(({ path }) => path.slice(word.length + 1)).join(', '),
        (inner) => {
          for (const member of members)
            addCommand(
              inner,
              member,
              member.path === word ? '$0' : member.path.slice(word.length + 1),
              execute,
            );
          return inner
            .demandCommand(members.some(({ path }) => path === word) ? 0 : 1, `Say what to do with ${word}.`)
            .strict();
        },
      );
  }
  await parser.parseAsync();
  return exitCode;
}

const groupSummaries: Readonly<Record<string, string>> = {
  ask: 'Ask an agent for its status, or about an error',
  agent: 'List, show, start, stop, add and end agents',
  budget: 'What agents have used, and what they may use',
  bench: 'Measure what orc promises about time',
  config: 'Show, set and check the configuration',
  credits: 'Usage limits: who waits, until when, and who said so',
  daemon: 'Start, stop and look at the daemon',
  git: 'The branches of the team: state, conflicts, integration, rollback',
  hooks: 'Install the hooks for your own sessions, and test what reaches a client',
  events: 'Print, follow and count what has happened',
  monitor: 'The daemon by its other name: start, stop, look, and clear what it has to say',
  lane: 'Fast lanes: commits that go on to the next agent by themselves',
  msg: 'Follow single messages',
  deps: 'Which roles wait for which',
  report: 'Report on work, and list what was reported',
  rescue: 'Work that was kept before something was removed',
  routing: 'Who may write to whom',
  standup: 'Ask the whole team how it stands',
  template: 'Forms of messages',
  schedule: 'What is to happen when: schedule <minutes> "<note>" <target>',
  rules: 'What the team is held to: list, explain, try out, edit',
  task: 'The tasks of the plan',
  violations: 'What was found against the rules, and settling it',
  worktree: 'The worktrees of the agents',
};

function groupByFirstWord(all: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of all) {
    const [word = ''] = command.path.split(' ');
    groups.set(word, [...(groups.get(word) ?? []), command]);
  }
  return groups;
}

function addCommand(
  parser: Argv,
  command: Command,
  name: string,
  execute: (command: Command, found: Record<string, unknown>) => Promise<void>,
): void {
  const positionals = command.positionals ?? [];
  const usage = positionals.map((each) => {
    const inner = `${each.name}${each.isVariadic ? '..' : ''}`;
    return each.isOptional ? `[${inner}]` : `<${inner}>`;
  });
  parser.command({
    command: [name, ...usage].join(' '),
    aliases: [...(command.aliases ?? [])],
    describe: command.summary,
    builder: (inner: Argv) => {
      for (const { name: positional, describe, choices } of positionals)
        inner.positional(positional, { describe, type: 'string', ...(choices && { choices }) });
      for (const [line, effect] of command.examples) inner.example(line, effect);
      return inner.options(describeOptions(command.options ?? {}));
    },
    handler: (found: Record<string, unknown>) => execute(command, found),
  });
}

function describeOptions(options: Readonly<Record<string, Option>>) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, describe, choices, isRequired, defaultText }]) => [
      name,
      {
        type: type === 'list' ? ('array' as const) : type,
        describe,
        ...(type === 'list' && { string: true as const }),
        ...(choices && { choices }),
        ...(isRequired && { demandOption: true }),
        ...(type !== 'boolean' && { requiresArg: true }),
        ...(defaultText !== undefined && { defaultDescription: defaultText }),
      },
    ]),
  );
}

function readArguments(command: Command, found: Record<string, unknown>): Arguments {
  const pick = (names: readonly string[]) =>
    Object.fromEntries(names.filter((name) => found[name] !== undefined).map((name) => [name, found[name]]));
  return {
    positionals: pick((command.positionals ?? []).map(({ name }) => name)) as Arguments['positionals'],
    options: pick([
      ...Object.keys(globalOptions),
      ...Object.keys(command.options ?? {}),
    ]) as Arguments['options'],
  };
}

/** A flag without a value, or with two, must not look as if it had not been given. */
function refuseUnclear({ options }: Arguments, declared: Readonly<Record<string, Option>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (declared[name]?.type !== 'list' && Array.isArray(value))
      throw errors.usage(`--${name} was given ${value.length} times.`, 'Give it once.');
    if (value === '') throw errors.usage(`--${name} is empty.`, 'Give it a value, or leave it out.');
    if (Number.isNaN(value)) throw errors.usage(`--${name} is no number.`, 'Write it in digits.');
  }
}
