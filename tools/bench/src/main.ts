import { cpus } from 'node:os';
import { measureProcesses } from './process-rows.ts';
import { measureQueues } from './queue-rows.ts';
import { formatReport, isWithinBudget } from './report.ts';
import { measureTmux } from './tmux-rows.ts';

const suites = { queue: measureQueues, tmux: measureTmux, process: measureProcesses } as const;

const wanted = process.argv.slice(2);
const names = Object.keys(suites) as (keyof typeof suites)[];
const chosen = wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
process.stderr.write(`Node ${process.versions.node}, ${cpus().length} cores, ${chosen.join(', ')}\n`);
const lines = [];
for (const name of chosen) lines.push(...(await suites[name]()));
process.stdout.write(`${formatReport(lines)}\n`);
process.exitCode = lines.every((line) => 'why' in line || isWithinBudget(line)) ? 0 : 1;
