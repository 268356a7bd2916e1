import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  makeGitRepository,
  makeTempDirectory,
  makeTmuxSocket,
  onTeardown,
  openTerminal,
  waitUntil,
} from './index.ts';

// Each group makes things in its first test and looks for them in its second one.

describe('onTeardown', () => {
  const order: string[] = [];

  it('is called after the test', () => {
    onTeardown(() => void order.push('made first'));
    onTeardown(async () => void order.push('made second'));
    expect(order).toEqual([]);
  });

  it('undoes the last thing first', () => {
    expect(order).toEqual(['made second', 'made first']);
  });

  it.fails('is called after a test that fails, too', () => {
    onTeardown(() => void order.push('made by a failing test'));
    expect(1).toBe(2);
  });

  afterAll(() => {
    expect(order.at(-1)).toBe('made by a failing test');
  });
});

describe('makeTempDirectory', () => {
  const made: string[] = [];

  it('makes a new directory each time, for its owner only', () => {
    made.push(makeTempDirectory('one'), makeTempDirectory('one'));
    expect(new Set(made).size).toBe(2);
    for (const directory of made) {
      mkdirSync(join(directory, 'deep'));
      writeFileSync(join(directory, 'deep', 'file'), 'text');
    }
  });

  it('removes it with all that is in it', () => {
    expect(made.filter((directory) => existsSync(directory))).toEqual([]);
  });
});

describe('makeTmuxSocket', () => {
  const made: { socket: string; server: number }[] = [];
  const tmux = (socket: string, ...args: string[]) =>
    execFileSync('tmux', ['-f', '/dev/null', '-S', socket, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();

  it('gives a path with no server behind it', () => {
    const socket = makeTmuxSocket();
    expect(existsSync(socket)).toBe(false);
    expect(() => tmux(socket, 'list-sessions')).toThrow();
    tmux(socket, 'new-session', '-d', 'sleep 60');
    made.push({ socket, server: Number(tmux(socket, 'display-message', '-p', '#{pid}')) });
  });

  it('ends the server that was started there', async () => {
    for (const { socket, server } of made) {
      await waitUntil(() => !isThere(server), { what: 'the end of the tmux server' });
      expect(existsSync(dirname(socket))).toBe(false);
    }
  });
});

describe('openTerminal', () => {
  const made: number[] = [];

  it('gives a program a terminal of 120 columns, and types into it', async () => {
    const terminal = openTerminal(
      'sh',
      ['-c', 'test -t 0 && stty size; echo $$; read line; echo "got $line"; exit 5'],
      {
        cwd: makeTempDirectory(),
        env: { PATH: process.env.PATH ?? '' },
      },
    );
    await waitUntil(() => terminal.output.includes('40 120'));
    terminal.type('hello\r');
    expect(await terminal.ended).toBe(5);
    expect(terminal.output).toContain('got hello');
  });

  it('starts a program that does not end', async () => {
    const terminal = openTerminal('sh', ['-c', 'echo $$.; exec sleep 60'], {
      cwd: makeTempDirectory(),
      env: { PATH: process.env.PATH ?? '' },
    });
    const [, pid] = await waitUntil(() => /(\d+)\./.exec(terminal.output));
    made.push(Number(pid));
  });

  it('ends that program', async () => {
    expect(made).toHaveLength(1);
    for (const pid of made) await waitUntil(() => !isThere(pid), { what: 'the end of the program' });
  });
});

describe('makeGitRepository', () => {
  const made: string[] = [];

  it('has one commit on main, by a fixed author', () => {
    const repository = makeGitRepository();
    made.push(repository.path);
    expect(repository.git('log', '--format=%an <%ae> %s')).toBe('Ada <ada@example.test> Start');
    expect(repository.git('branch', '--show-current')).toBe('main');
    const commit = repository.commit({ 'src/deep/file.txt': 'text\n' }, 'Add a file');
    expect(repository.git('rev-parse', 'HEAD')).toBe(commit);
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(() => repository.git('no-such-command')).toThrow();
  });

  it('is removed, and can be empty', () => {
    expect(made.filter((path) => existsSync(path))).toEqual([]);
    expect(() => makeGitRepository({ empty: true }).git('rev-parse', 'HEAD')).toThrow();
  });
});

describe('a suite that is started by a git hook', () => {
  it('commits into its own repositories and never into the one of the hook', () => {
    const users = makeGitRepository();
    const head = users.git('rev-parse', 'HEAD');
    // Git sets these for its hooks.
    const inherited = { GIT_DIR: join(users.path, '.git'), GIT_WORK_TREE: users.path };
    Object.assign(process.env, inherited);
    onTeardown(() => {
      for (const name of Object.keys(inherited)) delete process.env[name];
    });
    expect(makeGitRepository().git('rev-list', '--count', 'HEAD')).toBe('1');
    expect(users.git('rev-parse', 'HEAD')).toBe(head);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
