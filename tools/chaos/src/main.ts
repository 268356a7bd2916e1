import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSoak } from '@orc/drill';
import { orc } from './orc.ts';

const USAGE = 'Usage: chaos soak [--minutes 60] [--seed 1]';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (positionals.join() !== 'soak' || !(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'orc-soak-'));
try {
  const report = await runSoak({
    directory: join(directory, 'w'),
    orc,
    durationMs: minutes * 60_000,
    seed,
    say: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.isKept ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
