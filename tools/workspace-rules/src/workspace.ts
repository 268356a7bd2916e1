import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..', '..');

export interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly exports?: unknown;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

/** A folder with a package.json below `packages`, `apps` or `tools`. */
export interface Project {
  readonly name: string;
  /** Relative to the root, such as `packages/errors`. */
  readonly path: string;
  readonly group: string;
  readonly manifest: Manifest;
  /** Paths of its files, relative to the project. */
  readonly files: readonly string[];
}

/** Every file that is or would be committed, relative to the root. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));

export const projects: readonly Project[] = files
  .filter((file) => /^(packages|apps|tools)\/[^/]+\/package\.json$/.test(file))
  .map((file) => {
    const path = file.slice(0, -'/package.json'.length);
    const manifest = JSON.parse(readText(file)) as Manifest;
    const own = files
      .filter((other) => other.startsWith(`${path}/`))
      .map((other) => other.slice(path.length + 1));
    return { name: manifest.name, path, group: path.split('/')[0] ?? '', manifest, files: own };
  });

/** @param file relative to the root */
export function readText(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export function isTest(file: string): boolean {
  return /\.test\.ts$|(^|\/)(test|fixtures)\//.test(file);
}
