import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberOption, type Command } from '../command.ts';
import { errors } from '../errors.ts';
import { ownProgram } from '../own-program.ts';
import { formatTable } from '../table.ts';

const ROUNDS = 20;
const ROUNDS_MAX = 200;

const delivery: Command = {
  path: 'bench delivery',
  summary: 'Measure how soon a message is seen, per channel, at an idle and at a busy simulated agent',
  options: {
    rounds: {
      type: 'number',
      describe: `Messages per state of the agent, 1 to ${ROUNDS_MAX}`,
      defaultText: String(ROUNDS),
    },
  },
  examples: [
    ['orc bench delivery', 'p50 and p95 from sent to seen, beside the budget'],
    ['orc bench delivery --rounds 50 --json', 'the same from more messages, as one document'],
  ],
  async run(args, { say }) {
    const rounds = numberOption(args, 'rounds') ?? ROUNDS;
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > ROUNDS_MAX)
      throw errors.usage(
        `--rounds ${rounds} is no whole number from 1 to ${ROUNDS_MAX}.`,
        'See "orc bench delivery --help".',
      );
    const { benchDelivery } = await import('@orc/drill');
    const directory = mkdtempSync(join(tmpdir(), 'orc-bench-'));
    try {
      const report = await benchDelivery({ directory, orc: ownProgram(), rounds, say });
      const rows = report.figures.map(({ agent, channel, count, p50Ms, p95Ms }) => [
        agent,
        channel,
        String(count),
        `${p50Ms} ms`,
        `${p95Ms} ms`,
      ]);
      const { p50Ms, p95Ms, isKept } = report.budget;
      const text = [
        'SIMULATION: simulated agents that think for no time; a model takes its own time on top.',
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
