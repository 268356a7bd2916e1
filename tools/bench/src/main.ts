import { cpus, loadavg } from 'node:os';
import { measureDisk } from './disk.ts';
import { measureProcesses } from './process-rows.ts';
import { measureQueues } from './queue-rows.ts';
import { measureRecovery } from './recovery-rows.ts';
import { formatReport, isWithinBudget, type Line } from './report.ts';
import { measureTmux } from './tmux-rows.ts';

const suites = {
  queue: measureQueues,
  tmux: measureTmux,
  process: measureProcesses,
  recovery: measureRecovery,
} as const;
const names = Object.keys(suites) as (keyof typeof suites)[];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((word) => !names.some((name) => name === word));
if (unknown.length > 0) {
  process.stderr.write(`There is no suite "${unknown.join('", "')}". There are: ${names.join(', ')}.\n`);
  process.exit(2);
}
const chosen = wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
const load = loadavg()[0]?.toFixed(1) ?? 'unknown';
const disk = `fsync ${(await measureDisk()).toFixed(2)} ms`;
const machine = `Node ${process.versions.node}, ${cpus().length} cores, load ${load}, ${disk}`;
process.stderr.write(`${machine}: ${chosen.join(', ')}\n`);
const lines: Line[] = [];
try {
  for (const name of chosen) lines.push(...(await suites[name]()));
} finally {
  // What was measured before something failed is worth reading; the failure still ends the run as one.
  process.stdout.write(`${formatReport(lines)}\n`);
}
process.exitCode = lines.every(isWithinBudget) ? 0 : 1;
