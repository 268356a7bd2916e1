import { isOrcError } from '@orc/errors';
import { run } from '@orc/process';
import { errors } from './errors.ts';

export interface Version {
  /** As tmux says it, such as `3.3a` or `next-3.6`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** Development builds without a number are taken as newer than all that have one. */
const newest = { major: 99, minor: 0 };

/** Reads `3.3a`, `tmux 3.3a`, `next-3.6`, `master`. @throws ORC_TMUX_TOO_OLD below 3.2 */
export function parseVersion(words: string): Version {
  const text = words.trim().replace(/^tmux /, '');
  const number = /(\d+)\.(\d+)/.exec(text);
  const isNumbered = number !== null && !text.startsWith('openbsd');
  const version = { text, ...(isNumbered ? { major: Number(number[1]), minor: Number(number[2]) } : newest) };
  if (!isAtLeast(version, 3, 2)) throw errors.tooOld(`tmux ${text}`);
  return version;
}

export function isAtLeast(version: Version, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** Asks the program itself; needs no server. @throws ORC_TMUX_NOT_FOUND, ORC_TMUX_TOO_OLD */
export async function readVersion(tmuxPath: string, env: Readonly<Record<string, string>>): Promise<Version> {
  try {
    const { stdout } = await run(tmuxPath, ['-V'], { cwd: '/', env, timeoutMs: 10_000 });
    return parseVersion(stdout);
  } catch (error) {
    if (isOrcError(error, 'ORC_PROCESS_NOT_FOUND')) throw errors.notFound(tmuxPath, error);
    throw error;
  }
}
