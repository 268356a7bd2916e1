import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

/** Names that have broken programs before: spaces, quotes, newlines, other scripts, and bytes of no script. */
export const hostileNames = [
  'plain.txt',
  'with space.md',
  'quote"and\'quote',
  'new\nline',
  'tab\there',
  '-rf',
  '--force',
  'back\\slash',
  '$(touch pwned)',
  '*glob?[a]',
  'ünïcödé-日本語-🦊',
  'deep/er/still/file.bin',
  'deep/other',
  '.hidden',
  ' leading',
  'trailing ',
  '#hash',
  ':colon',
  '!bang',
].map((name) => Buffer.from(name));
hostileNames.push(Buffer.from([0x6e, 0xff, 0xfe, 0x80]), Buffer.from([0x64, 0x2f, 0xe9, 0x74, 0xe9]));

/** The same numbers for the same seed, so that a failure can be repeated. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Changes a directory in ways an agent could: any name, any bytes, any kind of file. */
export function workAtRandom(root: string, random: (below: number) => number, steps: number): void {
  for (let step = 0; step < steps; step += 1) {
    const name = hostileNames[random(hostileNames.length)] ?? Buffer.from('x');
    const path = Buffer.concat([Buffer.from(`${root}/`), name]);
    const act = random(8);
    if (act === 0) rmSync(path, { recursive: true, force: true });
    else if (act === 1) replace(root, name, () => symlinkSync(`../${random(99)}/nowhere`, path));
    else if (act === 2) {
      const inner = Buffer.concat([path, Buffer.from('/inside')]);
      replace(root, Buffer.concat([name, Buffer.from('/inside')]), () =>
        writeFileSync(inner, randomBytes(random)),
      );
    } else {
      replace(root, name, () => {
        writeFileSync(path, randomBytes(random));
        if (random(3) === 0) chmodSync(path, 0o755);
      });
    }
  }
}

/** Stages some of what is there. */
export function stageAtRandom(
  root: string,
  random: (below: number) => number,
  env: Record<string, string>,
): void {
  for (const name of readdirSync(root, { encoding: 'buffer' })) {
    if (name.toString('latin1') === '.git' || random(3) !== 0) continue;
    const input = Buffer.concat([Buffer.from(':(literal)'), name, Buffer.from([0])]);
    const args = ['add', '--pathspec-from-file=-', '--pathspec-file-nul'];
    execFileSync('git', args, { cwd: root, env, input, stdio: 'pipe' });
  }
}

function randomBytes(random: (below: number) => number): Buffer {
  const kinds = [0, 1, 40, 5_000];
  const bytes = Buffer.alloc(kinds[random(kinds.length)] ?? 0);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = random(256);
  return random(2) === 0 ? bytes : Buffer.from(`line\r\nline\n${random(1000)}\r\n`);
}

/** Makes room for a path: no file may stand above it, nothing at all at it. */
function replace(root: string, name: Buffer, write: () => void): void {
  const parts = name.toString('latin1').split('/');
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const above = Buffer.concat([
      Buffer.from(`${root}/`),
      Buffer.from(parts.slice(0, depth).join('/'), 'latin1'),
    ]);
    const found = lstatSync(above, { throwIfNoEntry: false });
    const isLast = depth === parts.length;
    if (found && (isLast || !found.isDirectory())) rmSync(above, { recursive: true });
    if (!isLast) mkdirSync(above, { recursive: true });
  }
  write();
}
