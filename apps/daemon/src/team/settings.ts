import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSettings, type PermissionMode } from '@orc/claude-hooks';
import type { Layout } from '@orc/contracts';
import { ensureTokenFile } from '../http/auth.ts';
import { writePrivate } from '../system/write-private.ts';

/** The programs that agents and hooks run, found from where this bundle lies. */
export interface Programs {
  readonly node: string;
  readonly hook: string;
  readonly gitHook: string;
  readonly cli: string;
  readonly sim: string;
}

/** In a checkout and in an installation alike, the other apps lie beside this one. */
export function locatePrograms(): Programs {
  const apps = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  return {
    node: process.execPath,
    hook: join(apps, 'hooks', 'dist', 'hook.cjs'),
    gitHook: join(apps, 'hooks', 'dist', 'git-hook.cjs'),
    cli: join(apps, 'cli', 'bin', 'orc.js'),
    sim: join(apps, 'sim-agent', 'dist', 'main.js'),
  };
}

/** Makes `orc`, `scm` and `tmux-orc` for the PATH of the agents; they run this very installation. */
export function writeShims(layout: Layout, programs: Programs): void {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const shim = (...before: string[]) =>
    `#!/bin/sh\nexec ${[programs.node, programs.cli, ...before].map(quote).join(' ')} "$@"\n`;
  writePrivate(join(layout.bin, 'orc'), shim(), 0o700);
  writePrivate(join(layout.bin, 'tmux-orc'), shim(), 0o700);
  writePrivate(join(layout.bin, 'scm'), shim('send'), 0o700);
}

export interface AgentFiles {
  readonly settings: string;
  readonly tokenFile: string;
  readonly token: string;
}

const WAITER_SECONDS = 86_400;

/** Writes what an agent is started with: its settings (hooks, permissions) and its token. */
export function writeAgentFiles(options: {
  readonly layout: Layout;
  readonly programs: Programs;
  readonly agentId: string;
  readonly clientVersion: string;
  readonly permissionMode: PermissionMode;
  readonly waiters: boolean;
}): AgentFiles {
  const { layout, programs, agentId } = options;
  const directory = join(layout.agents, agentId);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const run = (...args: string[]) => ({
    command: '/usr/bin/env',
    // On Node 20 this variable makes every start read a bundle of certificates, which no hook needs.
    args: ['-u', 'NODE_EXTRA_CA_CERTS', programs.node, programs.hook, ...args],
  });
  const settings = buildSettings({
    hookCommand: run(),
    waiter: options.waiters ? { ...run('wait'), timeoutSeconds: WAITER_SECONDS } : null,
    statusLine: run('status-line'),
    clientVersion: options.clientVersion,
    permissionMode: options.permissionMode,
    permissions: {},
    skipBypassWarning: options.permissionMode === 'bypassPermissions',
  });
  const settingsPath = join(directory, 'settings.json');
  writePrivate(settingsPath, `${JSON.stringify(settings, null, 2)}\n`);
  const tokenFile = join(directory, 'token');
  return { settings: settingsPath, tokenFile, token: ensureTokenFile(tokenFile) };
}
