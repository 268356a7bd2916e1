import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@orc/process';
import { stringOption, type Arguments, type Command } from '../command.ts';
import { errors } from '../errors.ts';

// Brings a validator with it, which no other command should wait for.
const loadInstaller = () => import('@orc/claude-hooks');

const options = {
  project: { type: 'string', describe: 'Directory of the project', defaultText: 'the current directory' },
  file: {
    type: 'string',
    describe: 'Settings file',
    defaultText: '.claude/settings.local.json of the project',
  },
} as const;

function settingsPath(args: Arguments, directory: string): string {
  const file = stringOption(args, 'file');
  const project = resolve(directory, stringOption(args, 'project') ?? '.');
  return file === undefined ? join(project, '.claude', 'settings.local.json') : resolve(directory, file);
}

const install: Command = {
  path: 'hooks install',
  summary: "Add orc's hooks to a project's Claude Code settings, beside your own",
  options,
  examples: [['orc hooks install --project .', 'sessions that you start there can then take part']],
  async run(args, { directory }) {
    const { buildSettings, installHooksFile } = await loadInstaller();
    const hook = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', 'hooks', 'dist', 'hook.cjs');
    if (!existsSync(hook)) throw errors.notBuilt(hook);
    const path = settingsPath(args, directory);
    const ours = buildSettings({
      hookCommand: { command: '/usr/bin/env', args: ['-u', 'NODE_EXTRA_CA_CERTS', process.execPath, hook] },
      waiter: null,
      clientVersion: await findClientVersion(directory),
      permissions: {},
    });
    const change = installHooksFile(path, ours);
    return { json: change, text: change.changed ? `installed in ${path}` : `${path} has them already` };
  },
};

/** Only events that the installed client knows may be written, so it is asked. */
async function findClientVersion(directory: string): Promise<string | undefined> {
  try {
    return (await run('claude', ['--version'], { cwd: directory, timeoutMs: 10_000 })).stdout.trim();
  } catch {
    return undefined; // without a client, what every client knows is installed
  }
}

const uninstall: Command = {
  path: 'hooks uninstall',
  summary: "Take orc's hooks out again and leave everything else as it was",
  options,
  examples: [['orc hooks uninstall --project .', 'your own hooks stay']],
  async run(args, { directory }) {
    const { uninstallHooksFile } = await loadInstaller();
    const path = settingsPath(args, directory);
    const change = uninstallHooksFile(path);
    return { json: change, text: change.changed ? `removed from ${path}` : `${path} has none of them` };
  },
};

const status: Command = {
  path: 'hooks status',
  summary: "Say whether a project's settings have orc's hooks",
  options,
  examples: [['orc hooks status --project .', 'installed or not']],
  async run(args, { directory }) {
    const { hooksFileStatus } = await loadInstaller();
    const path = settingsPath(args, directory);
    const found = hooksFileStatus(path);
    return { json: { path, ...found }, text: [`${path}: ${found.state}`, ...found.events].join(' ') };
  },
};

export const hookCommands: readonly Command[] = [install, uninstall, status];
