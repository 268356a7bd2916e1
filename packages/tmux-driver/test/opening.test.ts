import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, makeTmuxSocket, onTeardown, startProgram, waitUntil } from '@orc/testing';
import { describe, expect, test } from 'vitest';
import { openTmux } from '../src/tmux.ts';
import type { Tmux } from '../src/types.ts';
import { fixture, openBench, runTmux, stopProcess } from './support.ts';

/** A program that stands in for tmux where a version is needed that is not installed. */
function makeProgram(script: string): string {
  const path = join(makeTempDirectory(), 'tmux');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function open(
  socketPath: string,
  options: { tmuxPath?: string; env?: Record<string, string> } = {},
): Promise<Tmux> {
  const tmux = await openTmux({ socketPath, ...options });
  onTeardown(async () => void (await tmux[Symbol.asyncDispose]()));
  return tmux;
}

describe('the server', () => {
  test('is started where there is none, in /, and knows nothing of the starter’s environment', async () => {
    const { tmux, socketPath } = await openBench({ env: { ORC_PASSED: 'yes', TMUX_PANE: '%9' } });
    expect(readlinkSync(`/proc/${tmux.serverPid}/cwd`)).toBe('/');
    const names = runTmux(socketPath, 'show-environment', '-g')
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(new Set(names)).toEqual(
      new Set(
        ['HOME', 'LANG', 'LOGNAME', 'ORC_PASSED', 'PATH', 'PWD', 'USER'].filter((name) =>
          names.includes(name),
        ),
      ),
    );
    expect(names).toContain('ORC_PASSED');
  });

  test('is not configured by anybody’s file', async () => {
    const home = makeTempDirectory();
    writeFileSync(join(home, '.tmux.conf'), 'set -g base-index 5\n');
    const { socketPath } = await openBench({ env: { HOME: home } });
    expect(runTmux(socketPath, 'show-options', '-gv', 'base-index')).toBe('0');
  });

  test('is started anew by whoever comes while the one before is on its way out', async () => {
    const socketPath = makeTmuxSocket();
    runTmux(socketPath, 'new-session', '-d', 'cat');
    // A server stays until its last client has gone, and turns away whoever comes meanwhile.
    const client = spawn('tmux', ['-S', socketPath, '-C', 'attach'], { stdio: ['pipe', 'pipe', 'ignore'] });
    await once(client.stdout, 'data');
    const resume = stopProcess(client.pid ?? 0);
    await once(spawn('tmux', ['-S', socketPath, 'kill-server'], { stdio: 'ignore' }), 'exit');
    const calls = join(makeTempDirectory(), 'calls');
    const tmuxPath = makeProgram(`echo >> ${calls}\nexec tmux "$@"`);
    const opening = open(socketPath, { tmuxPath });
    await Promise.race([opening, waitUntil(() => readFileSync(calls, 'utf8').length > 4)]);
    resume();
    const tmux = await opening;
    expect(runTmux(socketPath, 'display-message', '-p', '#{pid}')).toBe(String(tmux.serverPid));
  });

  test('survives the SIGKILL of its starter, with what runs in it, and is found again', async () => {
    const socketPath = makeTmuxSocket();
    const directory = makeTempDirectory();
    const starter = startProgram(fixture('starter.ts'), [socketPath, directory], {
      env: { ORC_SECRET: 'of the starter' },
    });
    const started = JSON.parse(await starter.readLine()) as Record<string, string | number>;
    await starter.kill('SIGKILL');

    const tmux = await open(socketPath);
    expect(tmux.serverPid).toBe(started['serverPid']);
    expect(await tmux.listPanes()).toMatchObject([
      { paneId: started['paneId'], pid: started['pid'], sessionId: started['session'], isDead: false },
    ]);
    expect(readFileSync(`/proc/${tmux.serverPid}/environ`, 'latin1')).not.toContain('ORC_SECRET');
    expect(readFileSync(`/proc/${String(started['pid'])}/environ`, 'latin1')).not.toContain('ORC_SECRET');
  });

  test('holds nothing open of whoever started it', async () => {
    const { tmux } = await openBench();
    const files = readdirSync(`/proc/${tmux.serverPid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${tmux.serverPid}/fd/${fd}`);
      } catch {
        return ''; // closed since it was listed
      }
    });
    expect(files.filter((file) => file.startsWith('/') && !/^\/dev\/(null|ptmx|pts\/)/.test(file))).toEqual(
      [],
    );
  });

  test('is one, whoever of several starts it first', async () => {
    const socketPath = makeTmuxSocket();
    const starters = await Promise.all(Array.from({ length: 5 }, () => open(socketPath)));
    expect(new Set(starters.map(({ serverPid }) => serverPid)).size).toBe(1);
    const directory = makeTempDirectory();
    const sessions = await Promise.all(
      starters.map((tmux) => tmux.ensureSession({ name: 'proj', directory })),
    );
    expect(new Set(sessions).size).toBe(1);
  });

  test('is left as it is when the driver lets go of it', async () => {
    const { tmux, socketPath, open: openWindow } = await openBench();
    const { paneId } = await openWindow(['cat']);
    await tmux[Symbol.asyncDispose]();
    expect(runTmux(socketPath, 'list-panes', '-t', paneId, '-F', '#{pane_dead}')).toBe('0');
    expect(runTmux(socketPath, 'list-clients')).toBe('');
    await expect(tmux.listPanes()).rejects.toMatchObject({ code: 'ORC_TMUX_CLOSED' });
    await expect(tmux.ensureSession({ name: 'x', directory: '/' })).rejects.toMatchObject({
      code: 'ORC_TMUX_CLOSED',
    });
  });
});

describe('opening is refused', () => {
  test('when tmux is not installed', async () => {
    await expect(open(makeTmuxSocket(), { tmuxPath: 'no-such-tmux' })).rejects.toMatchObject({
      code: 'ORC_TMUX_NOT_FOUND',
    });
  });

  test('when tmux is too old', async () => {
    const tmuxPath = makeProgram('echo "tmux 3.1c"');
    await expect(open(makeTmuxSocket(), { tmuxPath })).rejects.toMatchObject({ code: 'ORC_TMUX_TOO_OLD' });
  });

  test('when the server is too old, though the program is not', async () => {
    await expect(open(makeTmuxSocket(), { tmuxPath: fixture('old-server.sh') })).rejects.toMatchObject({
      code: 'ORC_TMUX_TOO_OLD',
    });
  });

  test('when the socket cannot be made', async () => {
    const socketPath = join(makeTempDirectory(), 'missing', 'tmux.sock');
    await expect(open(socketPath)).rejects.toMatchObject({
      code: 'ORC_TMUX_CANNOT_START',
      details: { socketPath },
    });
  });

  test('when the socket path is longer than the system allows', async () => {
    await expect(open(`/tmp/${'s'.repeat(103)}`)).rejects.toMatchObject({
      code: 'ORC_TMUX_SOCKET_PATH_TOO_LONG',
    });
  });
});
