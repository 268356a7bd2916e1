import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resources } from './resources.ts';

/** A directory that is gone when the measurement is over. */
export function makeTempDirectory(resources: Resources): string {
  const directory = mkdtempSync(join(tmpdir(), 'orc-bench-'));
  resources.onEnd(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}
