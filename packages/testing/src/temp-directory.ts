import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTeardown } from './teardown.ts';

/** A fresh directory that is removed with the current test. Its path has no symbolic link in it. */
export function makeTempDirectory(name = 'orc-test'): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  onTeardown(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}
