import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSet, numberOption, stringOption, type Command } from '../command.ts';
import { errors } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { ownProgram } from '../own-program.ts';
import { formatTable } from '../table.ts';

const ROUNDS = 20;
const ROUNDS_MAX = 200;

const delivery: Command = {
  path: 'bench delivery',
  summary: 'Measure how soon a message is seen, per channel, at an idle and at a busy agent',
  options: {
    rounds: {
      type: 'number',
      describe: `Messages per state of the agent, 1 to ${ROUNDS_MAX}`,
      defaultText: String(ROUNDS),
    },
    real: {
      type: 'boolean',
      describe: 'Run Claude Code itself, in a home of its own, with a script on loopback as its model',
    },
    client: { type: 'string', describe: 'The program of Claude Code, with --real', defaultText: 'claude' },
  },
  examples: [
    ['orc bench delivery', 'p50 and p95 from sent to seen, beside the budget'],
    ['orc bench delivery --rounds 50 --json', 'the same from more messages, as one document'],
    ['orc bench delivery --real', 'the same with Claude Code itself; it costs nothing'],
  ],
  async run(args, { say }) {
    const rounds = numberOption(args, 'rounds') ?? ROUNDS;
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > ROUNDS_MAX)
      throw errors.usage(
        `--rounds ${rounds} is no whole number from 1 to ${ROUNDS_MAX}.`,
        'See "orc bench delivery --help".',
      );
    if (stringOption(args, 'client') !== undefined && !isSet(args, 'real'))
      throw errors.usage('--client says which Claude Code is measured.', 'Say --real as well.');
    const client = isSet(args, 'real') ? [findProgram(stringOption(args, 'client') ?? 'claude')] : undefined;
    const { benchDelivery } = await import('@orc/drill');
    const directory = mkdtempSync(join(tmpdir(), 'orc-bench-'));
    try {
      const report = await benchDelivery({
        directory,
        orc: ownProgram(),
        rounds,
        say,
        ...(client && { client }),
      });
      const rows = report.figures.map(({ agent, channel, count, p50Ms, p95Ms }) => [
        agent,
        channel,
        String(count),
        `${p50Ms} ms`,
        `${p95Ms} ms`,
      ]);
      const { p50Ms, p95Ms, isKept } = report.budget;
      const text = [
        report.runtime === 'sim'
          ? 'SIMULATION: simulated agents that think for no time; a model takes its own time on top.'
          : 'Claude Code; in place of its model a script that thinks for no time.',
        formatTable([['AGENT', 'CHANNEL', 'MESSAGES', 'P50', 'P95'], ...rows]),
        '',
        `Budget for an idle agent that waits: p50 ≤ ${p50Ms} ms, p95 ≤ ${p95Ms} ms: ${isKept ? 'kept' : 'NOT KEPT'}`,
      ].join('\n');
      return { json: report, text, exitCode: isKept ? 0 : 1 };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

export const benchCommands: readonly Command[] = [delivery];
