import { join } from 'node:path';
import { runSoak } from '@orc/drill';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { orc } from '../src/orc.ts';

it('loses and doubles nothing under fire, and no daemon grows; the hour is "chaos soak"', async () => {
  const report = await runSoak({
    directory: join(makeTempDirectory('s'), 'w'),
    orc,
    durationMs: 40_000,
    seed: 11,
    agents: 6,
    messageEveryMs: 700,
    killEveryMs: 5_000,
    say: (text) => process.stderr.write(`${text}\n`),
  });
  process.stderr.write(`${JSON.stringify(report)}\n`);
  expect(report.problems).toEqual([]);
  expect(report.agents).toBe(6);
  expect(report.ledger).toMatchObject({ lost: 0, doubled: 0, queued: 0 });
  expect(Math.min(...Object.values(report.kills))).toBeGreaterThan(0);
});
