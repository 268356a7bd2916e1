import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How this very installation is run; commands that try orc out start it anew for each step. */
export function ownProgram(): string[] {
  return [process.execPath, join(fileURLToPath(new URL('.', import.meta.url)), '..', 'bin', 'orc.js')];
}
