import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isErrno, isOrcError } from '@orc/errors';
import { errors } from './errors.ts';
import { hooksStatus, installHooks, uninstallHooks, type HooksStatus, type Settings } from './installer.ts';
import type { AgentSettings } from './settings.ts';

export interface FileChange {
  readonly path: string;
  /** False when the file already was as it should be; it was not written then. */
  readonly changed: boolean;
}

interface SettingsFile {
  /** The file itself, behind any symbolic link. */
  readonly path: string;
  readonly settings: Settings;
  readonly text: string | undefined;
}

/**
 * Adds orc's hooks to a settings file, which is made when missing. The file is replaced in one step; unknown
 * keys, their order and the indentation stay.
 *
 * @throws ORC_CLAUDE_HOOKS_BAD_SETTINGS, ORC_CLAUDE_HOOKS_CANNOT_WRITE; the file is untouched then
 */
export function installHooksFile(path: string, ours: Pick<AgentSettings, 'hooks'>): FileChange {
  return changeFile(path, (settings) => installHooks(settings, ours));
}

/**
 * Takes orc's hooks out of a settings file; one that holds nothing else is removed.
 *
 * @throws ORC_CLAUDE_HOOKS_BAD_SETTINGS, ORC_CLAUDE_HOOKS_CANNOT_WRITE; the file is untouched then
 */
export function uninstallHooksFile(path: string): FileChange {
  return changeFile(path, uninstallHooks);
}

/** What of orc a settings file holds; a missing file holds nothing. @throws ORC_CLAUDE_HOOKS_BAD_SETTINGS */
export function hooksFileStatus(path: string, ours?: Pick<AgentSettings, 'hooks'>): HooksStatus {
  return explained(path, () => hooksStatus(readSettings(path).settings, ours));
}

function changeFile(path: string, change: (settings: Settings) => Settings): FileChange {
  const file = readSettings(path);
  const settings = explained(path, () => change(file.settings));
  if (JSON.stringify(settings) === JSON.stringify(file.settings)) return { path, changed: false };
  try {
    if (Object.keys(settings).length === 0) rmSync(file.path, { force: true });
    else replaceFile(file.path, format(settings, file.text));
  } catch (error) {
    throw errors.cannotWrite(file.path, error);
  }
  return { path, changed: true };
}

function readSettings(path: string): SettingsFile {
  let text: string;
  let target = path;
  try {
    target = realpathSync(path);
    text = readFileSync(target, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return { path: target, settings: {}, text: undefined };
    throw errors.badSettings('it cannot be read', path, error);
  }
  try {
    // An empty file is what the client takes for no settings.
    const settings = text.trim() === '' ? {} : (JSON.parse(text) as Settings);
    return { path: target, settings, text };
  } catch (error) {
    throw errors.badSettings('it is not valid JSON', path, error);
  }
}

/** Errors of the pure functions do not know the file. */
function explained<Value>(path: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    if (!isOrcError(error, 'ORC_CLAUDE_HOOKS_BAD_SETTINGS') || 'path' in error.details) throw error;
    throw errors.badSettings((error.details as { problem: string }).problem, path, error);
  }
}

function format(settings: Settings, previous: string | undefined): string {
  const indent = /^([ \t]+)"/m.exec(previous ?? '')?.[1] ?? '  ';
  const end = previous === undefined || previous.endsWith('\n') ? '\n' : '';
  return JSON.stringify(settings, null, indent) + end;
}

function replaceFile(path: string, text: string): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true });
  const previous = statSync(path, { throwIfNoEntry: false });
  const partial = join(directory, `.${basename(path)}.${process.pid}.partial`);
  try {
    const file = openSync(partial, 'w', 0o644);
    try {
      if (previous) fchmodSync(file, previous.mode & 0o777);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
