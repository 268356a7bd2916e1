import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';

const isRoot = process.getuid?.() === 0;

/** A checkout with the real bootstrap, and a PATH on which only the named programs are. */
function makeMachine(programs: Record<string, string>, manifest: object = {}) {
  const root = makeTempDirectory('orc-machine');
  const bin = join(root, 'bin');
  cpSync(join(import.meta.dirname, '..'), join(root, 'tools', 'bootstrap'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules') && !path.endsWith('.test.ts'),
  });
  const base = { packageManager: 'pnpm@10.34.8', engines: { node: '>=20.19.0' } };
  writeFileSync(join(root, 'package.json'), JSON.stringify({ ...base, ...manifest }));
  for (const folder of ['bin', 'home', 'packages', 'apps']) mkdirSync(join(root, folder));
  symlinkSync('/bin/sh', join(bin, 'sh'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const run = (...args: string[]) => {
    const script = join(root, 'tools', 'bootstrap', 'bootstrap.mjs');
    const options = {
      cwd: '/',
      env: { PATH: bin, HOME: join(root, 'home'), ROOT: root },
      encoding: 'utf8',
    } as const;
    return spawnSync(process.execPath, [script, ...args], options);
  };
  return { root, run, read: (name: string) => readFileSync(join(root, name), 'utf8') };
}

const tools = {
  git: 'echo "git version 2.39.5"; case "$1" in ls-files) exit 1;; esac',
  make: 'exit 0',
  'g++': 'exit 0',
  python3: 'exit 0',
};
const pnpm = 'echo "$@" >> "$ROOT/pnpm.log"; case "$1" in --version) echo 10.34.8;; --silent) exit 7;; esac';

describe('the bootstrap', () => {
  it('names what is missing and the one command that installs it', () => {
    const { status, stdout, stderr } = makeMachine({ ...tools, dnf: 'exit 0' }).run();
    expect(stderr).toBe(
      `orc: ORC_BOOTSTRAP_PROGRAM_MISSING: tmux is not installed. Run this, then try again:\n  ${isRoot ? '' : 'sudo '}dnf install -y tmux\n`,
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  it('says what is too old', () => {
    const { status, stderr } = makeMachine({ ...tools, tmux: 'echo "tmux 3.1c"' }).run();
    expect(stderr).toContain(
      'tmux 3.1c is too old (orc needs 3.2). Run this, then try again:\n  install tmux',
    );
    expect(status).toBe(1);
  });

  it('refuses an old Node before it does anything', () => {
    const { status, stderr } = makeMachine({}, { engines: { node: '>=99.0.0' } }).run();
    expect(stderr).toContain(
      `orc: ORC_BOOTSTRAP_NODE_TOO_OLD: Node ${process.version} is too old (orc needs >=99.0.0)`,
    );
    expect(status).toBe(1);
  });

  it('installs through apt-get as root, without questions, and asks anybody else to', () => {
    const install = `echo "$DEBIAN_FRONTEND $*" >> "$ROOT/apt.log"
      case "$1" in install) printf '#!/bin/sh\\necho tmux 3.3a\\n' > "$ROOT/bin/tmux"; /bin/chmod 755 "$ROOT/bin/tmux";; esac`;
    const machine = makeMachine({ ...tools, pnpm, 'apt-get': install });
    const { status, stderr } = machine.run();
    if (isRoot) {
      expect(machine.read('apt.log')).toBe(
        [
          ' --version',
          'noninteractive update',
          'noninteractive install -y --no-install-recommends tmux',
          '',
        ].join('\n'),
      );
      expect(status).toBe(0);
    } else {
      expect(stderr).toContain('sudo apt-get update && sudo apt-get install -y tmux');
      expect(status).toBe(1);
    }
  });

  it('installs and builds with the pnpm of the PATH, then runs the script and ends as it does', () => {
    const machine = makeMachine({ ...tools, pnpm, tmux: 'echo tmux 3.3a' });
    const { status, stdout, stderr } = machine.run('--run', 'check', '--loud');
    expect(
      machine
        .read('pnpm.log')
        .split('\n')
        .filter((line) => line !== '--version'),
    ).toEqual([
      'install --frozen-lockfile --config.confirm-modules-purge=false',
      'exec nx run-many -t build -p tag:layer:app --exclude-task-dependencies --output-style=static',
      '--silent run check --loud',
      '',
    ]);
    expect(stderr).toMatch(/^orc: installing packages .*\norc: building …\norc: ready after \d+ s\n$/);
    expect({ status, stdout }).toEqual({ status: 7, stdout: '' });
  });

  it('fetches the pinned pnpm where another version is on the PATH, into the checkout', () => {
    const npm = `echo "$@" >> "$ROOT/npm.log"; modules="$ROOT/.tools/pnpm/node_modules"
      /bin/mkdir -p "$modules/pnpm" "$modules/.bin"; echo '{"version":"10.34.8"}' > "$modules/pnpm/package.json"
      /bin/cp "$ROOT/bin/pinned" "$modules/.bin/pnpm"`;
    const machine = makeMachine({ ...tools, tmux: 'echo tmux 3.3a', npm, pnpm: 'echo 9.0.0', pinned: pnpm });
    expect(machine.run().status).toBe(0);
    expect(machine.run().status).toBe(0);
    expect(machine.read('npm.log').split('\n')).toEqual([
      expect.stringMatching(/^install .*--yes .*pnpm@10\.34\.8$/),
      '',
    ]);
    expect(machine.read('pnpm.log')).toContain('install --frozen-lockfile');
  });

  it('shows the end of the log when a step fails, and where the rest is', () => {
    const broken = 'case "$1" in --version) echo 10.34.8;; *) echo "no space left" >&2; exit 3;; esac';
    const machine = makeMachine({ ...tools, pnpm: broken, tmux: 'echo tmux 3.3a' });
    const { status, stderr } = machine.run('--run', 'check');
    expect(stderr).toContain(
      'ORC_BOOTSTRAP_STEP_FAILED: installing packages (about a minute the first time): exit code 3.',
    );
    expect(stderr).toContain(`The log is ${join(machine.root, '.tools', 'bootstrap.log')} and ends:`);
    expect(stderr).toContain('  no space left');
    expect(status).toBe(1);
  });

  it.each([['--walk'], ['--run']])('explains itself when it is called with %s', (...args) => {
    const { status, stderr } = makeMachine({}).run(...args);
    expect(stderr).toBe('orc: usage: node tools/bootstrap/bootstrap.mjs [--run <script> [arguments]]\n');
    expect(status).toBe(2);
  });
});
