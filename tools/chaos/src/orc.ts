import { join } from 'node:path';

/** How this checkout's `orc` is run. */
export const orc: readonly string[] = [
  process.execPath,
  join(import.meta.dirname, '..', '..', '..', 'apps', 'cli', 'bin', 'orc.js'),
];
