import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '@orc/errors';
import type { MailMessage, RenderOptions } from './message-text.ts';

/** Bodies that are too long for an answer, each whole in a file that only its owner can read. */
export interface BodyFiles {
  readonly spill: RenderOptions['spill'];
  /** Removes the files of messages that nobody knows any more; returns how many. */
  readonly prune: (isKnown: (messageId: string) => boolean) => number;
}

const ENDING = '.txt';

/** `failed` hears of a body that could not be written; the message then names the command that shows it. */
export function createBodyFiles(
  directory: string,
  failed: (error: unknown, message: MailMessage) => void,
): BodyFiles {
  return {
    spill(message) {
      // An id may hold a slash.
      const path = join(directory, `${encodeURIComponent(message.id)}${ENDING}`);
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        writeFileSync(path, message.body, { mode: 0o600 });
      } catch (error) {
        failed(error, message);
        return undefined;
      }
      return { path, sha256: createHash('sha256').update(message.body).digest('hex') };
    },
    prune(isKnown) {
      const forgotten = list(directory).filter(
        (name) => name.endsWith(ENDING) && !isKnown(decode(name.slice(0, -ENDING.length))),
      );
      for (const name of forgotten) rmSync(join(directory, name), { force: true });
      return forgotten.length;
    },
  };
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

/** A name that no id was encoded into stands for itself. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
