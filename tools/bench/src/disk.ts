import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from './measure.ts';
import { openResources } from './resources.ts';
import { makeTempDirectory } from './temp-directory.ts';

const WRITES = 200;

/** Median milliseconds of an fsync after a small write. A queue does little else, so runs compare only where this does. */
export async function measureDisk(): Promise<number> {
  await using resources = openResources();
  const file = openSync(join(makeTempDirectory(resources), 'probe'), 'w');
  const times: number[] = [];
  try {
    for (let index = 0; index < WRITES; index += 1) {
      writeSync(file, Buffer.alloc(4_096));
      const started = performance.now();
      fsyncSync(file);
      times.push(performance.now() - started);
    }
  } finally {
    closeSync(file);
  }
  return percentile(times, 50);
}
