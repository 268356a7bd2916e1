import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isErrno } from '@orc/errors';

/** The file is the old one or the new one at any moment, and keeps its mode. A link to it stays a link. */
export function replaceFile(path: string, text: string): void {
  const { target, mode } = existing(path);
  const temporary = `${target}.orc-${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function existing(path: string): { readonly target: string; readonly mode: number } {
  try {
    const target = realpathSync(path);
    return { target, mode: statSync(target).mode & 0o777 };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return { target: path, mode: 0o600 };
    throw error;
  }
}
