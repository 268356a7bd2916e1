import { agentPositional, findAgent, paramsOf } from '../agent-names.ts';
import { numberOption, stringOption, textOf, type Command } from '../command.ts';
import { readSince } from '../duration.ts';
import { errors } from '../errors.ts';
import { searchLogs, type LogLine } from '../log-search.ts';

const SCREEN_LINES = 200;
const FOUND_LINES = 200;

export const command: Command = {
  path: 'agent logs',
  summary: "Print an agent's screen, or search all that it ever said, ran and showed",
  positionals: [agentPositional],
  options: {
    lines: {
      type: 'number',
      describe: 'Lines of history above the screen',
      defaultText: String(SCREEN_LINES),
    },
    grep: { type: 'string', describe: 'Only lines that match this regular expression' },
    since: { type: 'string', describe: 'Only after this: 30m, 2h, or a date' },
    tail: {
      type: 'number',
      describe: 'Only the last so many lines of conversations, ended windows and last screens',
      defaultText: String(FOUND_LINES),
    },
  },
  examples: [
    ['orc agent logs developer', 'what its window shows'],
    ['orc agent logs developer --grep "error|failed" --since 2h', 'where it met errors, in every session'],
    ['orc agent logs shop/tester --tail 50', 'the last lines, also of an agent that has ended'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const grep = stringOption(args, 'grep');
    const since = stringOption(args, 'since');
    const tail = numberOption(args, 'tail');
    if (grep === undefined && since === undefined && tail === undefined) {
      const answer = await client.call('agentScreen', {
        params: paramsOf(await findAgent(client, args)),
        query: { history: numberOption(args, 'lines') ?? SCREEN_LINES },
      });
      return { json: answer, text: answer.screen.trimEnd() };
    }
    // The pattern is run here and not by the daemon, which must not wait for anybody's pattern.
    const pattern = grep === undefined ? undefined : parsePattern(grep);
    const [project, role] = textOf(args, 'agent').split('/');
    // One that has ended is in no list, and is still known by its whole name.
    const params =
      project !== undefined && role !== undefined
        ? { project, role }
        : paramsOf(await findAgent(client, args));
    const { sources } = await client.call('agentLogs', { params });
    const lines = await searchLogs(sources, {
      pattern,
      since: since === undefined ? undefined : readSince(since),
      tail: Math.max(1, tail ?? FOUND_LINES),
    });
    return { json: { sources, lines }, text: lines.map(formatLine).join('\n') };
  },
};

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw errors.usage(
      `"${text}" is no regular expression: ${error instanceof Error ? error.message : ''}.`,
      'Write a backslash before characters that are meant as themselves.',
    );
  }
}

function formatLine({ at, who, text }: LogLine): string {
  return `${new Date(at).toLocaleString()}  ${who.padEnd(6)}  ${text}`;
}
