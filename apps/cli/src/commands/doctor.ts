import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isSet,
  listOption,
  type Arguments,
  type Command,
  type Result,
  type Surroundings,
} from '../command.ts';
import { formatDuration } from '../duration.ts';
import { ownProgram } from '../own-program.ts';
import { formatTable } from '../table.ts';

export const command: Command = {
  path: 'doctor',
  summary: 'Check everything that orc stands on, and say what to do',
  options: {
    fix: { type: 'boolean', describe: 'Put right what can be put right' },
    drill: {
      type: 'boolean',
      describe: 'Break an orc of its own, with simulated agents, in every way there is; takes minutes',
    },
    only: {
      type: 'list',
      describe: 'Rows of the drill, such as daemon-killed,hook-hangs',
      defaultText: 'all',
    },
  },
  examples: [
    ['orc doctor', 'each check with its result'],
    [
      'orc doctor --drill',
      'kills, locks, fills and floods a throwaway orc, and checks that no message was lost',
    ],
    ['orc doctor --drill --only daemon-killed,agent-killed', 'only these faults'],
  ],
  run: (args, surroundings) => (isSet(args, 'drill') ? drill(args, surroundings) : check(args, surroundings)),
};

async function check(args: Arguments, { connect }: Surroundings): Promise<Result> {
  const answer = await (await connect()).call('doctor', { query: { fix: isSet(args, 'fix') } });
  const rows = answer.checks.map(({ name, status, text, remedy }) => [
    name,
    status,
    remedy === null ? text : `${text} ${remedy}`,
  ]);
  const isBad = answer.checks.some(({ status }) => status === 'failed');
  return {
    json: answer,
    text: formatTable([['CHECK', 'RESULT', 'FOUND'], ...rows]),
    exitCode: isBad ? 1 : 0,
  };
}

/** Nothing of the user's orc is touched: the drill has a state directory, a HOME and a project of its own. */
async function drill(args: Arguments, { say }: Surroundings): Promise<Result> {
  const { runDrill } = await import('@orc/drill');
  const directory = mkdtempSync(join(tmpdir(), 'orc-drill-'));
  say(
    'SIMULATION: faults are injected into an orc of their own, with simulated agents. Yours is not touched.',
  );
  try {
    const report = await runDrill({
      directory,
      orc: ownProgram(),
      only: listOption(args, 'only') ?? [],
      onRow: ({ name, outcome, text }) => say(`· ${name}: ${outcome}. ${text}`),
    });
    const rows = report.rows.map(({ name, outcome, ms, fault, ledger }) => [
      name,
      outcome,
      outcome === 'not run' ? '' : formatDuration(ms),
      ledger ? `${ledger.seen}/${ledger.accepted} seen, ${ledger.lost} lost, ${ledger.doubled} twice` : '',
      fault,
    ]);
    const text = [
      'SIMULATION: no model was asked.',
      formatTable([['ROW', 'PROMISE', 'TOOK', 'LEDGER', 'FAULT'], ...rows]),
      '',
      `${report.kept} kept, ${report.broken} broken, ${report.notRun} not run`,
    ].join('\n');
    return { json: report, text, exitCode: report.broken === 0 ? 0 : 1 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
