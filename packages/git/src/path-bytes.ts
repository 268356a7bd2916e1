/**
 * A path as git stores it: bytes, in any encoding or none. Each character is one byte (latin1), so that a
 * name that is not UTF-8 survives the way from git through orc and back.
 */
export type PathBytes = string & { readonly brand: 'PathBytes' };

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** Reads a path as git prints it with `core.quotePath`: plain, or in quotes with escapes. */
export function unquotePath(text: string): PathBytes {
  if (!text.startsWith('"')) return text as PathBytes;
  return text
    .slice(1, -1)
    .replaceAll(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, letter: string | undefined) =>
      octal === undefined ? (ESCAPES[letter ?? ''] ?? '') : String.fromCharCode(Number.parseInt(octal, 8)),
    ) as PathBytes;
}

function toBuffer(path: PathBytes): Buffer {
  return Buffer.from(path, 'latin1');
}

/** The path below a directory, for the file system. */
export function onDisk(root: string, path: PathBytes): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), toBuffer(path)]);
}

/** For people: what is not UTF-8 becomes the replacement character. */
export function displayPath(path: PathBytes): string {
  return toBuffer(path).toString('utf8');
}

/** A list of paths for an option such as `-z --stdin`. */
export function joinPaths(paths: readonly PathBytes[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
}
