import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { hooksFileStatus, installHooksFile, uninstallHooksFile } from './installer-file.ts';
import { buildSettings } from './settings.ts';

const ours = buildSettings({
  hookCommand: { command: '/opt/orc/bin/orc-hook', args: [] },
  waiter: null,
  permissions: {},
  clientVersion: '2.1.329',
});
const fileWith = (text: string) => {
  const path = join(makeTempDirectory(), 'settings.json');
  writeFileSync(path, text);
  return path;
};

describe('a settings file', () => {
  it('is made with its directory, and gone again when nothing else is in it', () => {
    const directory = makeTempDirectory();
    const path = join(directory, '.claude', 'settings.json');
    expect(hooksFileStatus(path).state).toBe('absent');
    expect(installHooksFile(path, ours)).toEqual({ path, changed: true });
    expect(hooksFileStatus(path, ours).state).toBe('installed');
    expect(uninstallHooksFile(path)).toEqual({ path, changed: true });
    expect(readdirSync(join(directory, '.claude'))).toEqual([]);
  });

  it.each([
    ['{\n\t"model": "large",\n\t"x-unknown": 1\n}'],
    ['{\n    "hooks": {},\n    "model": "large"\n}\n'],
  ])('is byte for byte what it was after an uninstallation: %j', (text) => {
    const path = fileWith(text);
    installHooksFile(path, ours);
    expect(readFileSync(path, 'utf8')).not.toBe(text);
    uninstallHooksFile(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is not written when nothing changes', () => {
    const path = fileWith('{"model":   "large"}');
    expect(uninstallHooksFile(path)).toEqual({ path, changed: false });
    expect(readFileSync(path, 'utf8')).toBe('{"model":   "large"}');
    installHooksFile(path, ours);
    const before = statSync(path).ino;
    expect(installHooksFile(path, ours)).toEqual({ path, changed: false });
    expect(statSync(path).ino).toBe(before);
  });

  it('keeps its mode, and a link to it stays a link', () => {
    const path = fileWith('{}');
    chmodSync(path, 0o600);
    const link = join(makeTempDirectory(), 'settings.json');
    symlinkSync(path, link);
    installHooksFile(link, ours);
    expect(hooksFileStatus(path, ours).state).toBe('installed');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('may be empty', () => {
    const path = fileWith('');
    installHooksFile(path, ours);
    expect(hooksFileStatus(path, ours).state).toBe('installed');
  });

  it.each([
    ['{"hooks": {', 'it is not valid JSON'],
    ['[1]', 'they are not a JSON object'],
    ['{"hooks": 7}', '"hooks" is not an object'],
  ])('is never overwritten when it holds %j', (text, problem) => {
    const path = fileWith(text);
    const refusal = expect.objectContaining({
      code: 'ORC_CLAUDE_HOOKS_BAD_SETTINGS',
      details: { problem, path },
    }) as Error;
    expect(() => installHooksFile(path, ours)).toThrow(refusal);
    expect(() => uninstallHooksFile(path)).toThrow(refusal);
    expect(() => hooksFileStatus(path)).toThrow(refusal);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is refused when it cannot be read', () => {
    const path = makeTempDirectory();
    expect(() => installHooksFile(path, ours)).toThrow(
      expect.objectContaining({ code: 'ORC_CLAUDE_HOOKS_BAD_SETTINGS' }),
    );
  });

  it('leaves nothing behind when it cannot be written', () => {
    const directory = makeTempDirectory();
    const path = join(directory, 'settings.json');
    // Where the new text would be written first there is a directory: no permission bits stop root.
    mkdirSync(join(directory, `.settings.json.${process.pid}.partial`));
    expect(() => installHooksFile(path, ours)).toThrow(
      expect.objectContaining({ code: 'ORC_CLAUDE_HOOKS_CANNOT_WRITE' }),
    );
    expect(readdirSync(directory)).not.toContain('settings.json');
  });
});
