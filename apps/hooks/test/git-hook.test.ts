import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { agent, makeHome, runHook, startDaemon, startRawDaemon, type Home } from './harness.ts';

const program = fileURLToPath(new URL('../dist/git-hook.cjs', import.meta.url));
const sha = 'a'.repeat(40);
const nothing = { code: 0, stdout: '', stderr: '' };
const commit = `${sha}\n${'b'.repeat(40)}\n1893553445\nada@example.test\nAdd the price list`;
const answering = (verdict: string, text = '') => JSON.stringify({ verdict, text });

const runGitHook = (home: Home, args: readonly string[], stdin = '', env: Record<string, string> = {}) =>
  runHook(home, { program, args, stdin, env });

describe('the program of the git hooks', () => {
  it('tells the daemon of a commit, and says nothing', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(answering('pass')));
    const env = { ORC_GIT_RUN_BY: agent };
    expect(await runGitHook(home, ['post-commit', 'feature/shop'], commit, env)).toEqual(nothing);
    expect(calls[0]).toMatchObject({ url: '/v1/git-hooks', headers: { authorization: 'Bearer a-secret' } });
    expect(JSON.parse(String(calls[0]?.body))).toEqual({
      hook: 'post-commit',
      runBy: agent,
      branch: 'feature/shop',
      commit: {
        sha,
        parents: ['b'.repeat(40)],
        at: 1_893_553_445_000,
        authorEmail: 'ada@example.test',
        subject: 'Add the price list',
      },
    });
  });

  it.each([
    ['pass', 0],
    ['warn', 0],
    ['refuse', 3],
  ])('shows what the daemon says of a message, and ends for "%s" with %i', async (verdict, code) => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(answering(verdict, 'Say what.')));
    const file = join(home.path, 'COMMIT_EDITMSG');
    writeFileSync(file, 'fixes\n');
    expect(await runGitHook(home, ['commit-msg', file, ''])).toEqual({
      code,
      stdout: '',
      stderr: 'Say what.\n',
    });
    expect(JSON.parse(String(calls[0]?.body))).toEqual({
      hook: 'commit-msg',
      runBy: null,
      branch: null,
      message: 'fixes\n',
    });
  });

  it('asks about what is pushed', async () => {
    const home = makeHome();
    const { calls } = await startDaemon(home, (response) => response.end(answering('refuse', 'Not there.')));
    const zero = '0'.repeat(40);
    const line = `refs/heads/main ${sha} refs/heads/main ${zero}\n`;
    expect(await runGitHook(home, ['pre-push', 'origin', 'main'], line)).toMatchObject({ code: 3 });
    expect(JSON.parse(String(calls[0]?.body))).toMatchObject({
      hook: 'pre-push',
      remote: 'origin',
      refs: [{ localRef: 'refs/heads/main', localSha: sha, remoteRef: 'refs/heads/main', remoteSha: zero }],
    });
  });

  it('is silent without a daemon, and fails nobody', async () => {
    const home = makeHome();
    expect(await runGitHook(home, ['post-commit', 'main'], commit)).toEqual(nothing);
    expect(await runGitHook(home, ['commit-msg', '/nowhere', 'main'])).toEqual(nothing);
    expect(home.log()).toHaveLength(1);
  });

  it.each([
    [
      'answers with what is none',
      (socket: { end: (text: string) => void }) => socket.end('HTTP/1.1 200 OK\r\n\r\nno'),
    ],
    ['hangs', () => undefined],
    [
      'refuses',
      (socket: { end: (text: string) => void }) => socket.end('HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n'),
    ],
  ])('fails nobody when the daemon %s', async (_what, greet) => {
    const home = makeHome();
    await startRawDaemon(home, greet);
    const env = { ORC_HOOK_DEADLINE_MS: '300' };
    expect(await runGitHook(home, ['post-commit', 'main'], commit, env)).toEqual(nothing);
  });

  it('does nothing where no agent is', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'post-commit', 'main'], {
      encoding: 'utf8',
      env: {},
      input: commit,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
