import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOrcError } from '@orc/errors';
import { run } from '@orc/process';
import { stringOption, type Arguments, type Command, type Surroundings } from '../command.ts';
import { errors } from '../errors.ts';

// Brings a validator with it, which no other command should wait for.
const loadInstaller = () => import('@orc/claude-hooks');

const options = {
  project: {
    type: 'string',
    describe: 'Directory of the project, or its name',
    defaultText: 'the current directory',
  },
  file: {
    type: 'string',
    describe: 'Settings file',
    defaultText: '.claude/settings.local.json of the project',
  },
} as const;

/** @throws ORC_CLI_NOT_READABLE, ORC_DAEMON_UNKNOWN_PROJECT: settings for nobody would help nobody */
async function settingsPath(args: Arguments, surroundings: Surroundings): Promise<string> {
  const file = stringOption(args, 'file');
  if (file !== undefined) return resolve(surroundings.directory, file);
  const directory = await projectDirectory(stringOption(args, 'project') ?? '.', surroundings);
  return join(directory, '.claude', 'settings.local.json');
}

async function projectDirectory(given: string, { connect, directory }: Surroundings): Promise<string> {
  const isDirectory = (path: string) => existsSync(path) && statSync(path).isDirectory();
  const path = resolve(directory, given);
  if (isDirectory(path)) return path;
  // A name has no slash in it.
  const known = given.includes('/') ? undefined : await findProject(given, connect);
  if (known === undefined || !isDirectory(known))
    throw errors.notReadable(known ?? path, new TypeError('it is no directory'));
  return known;
}

/** Where the project of this name is, if a daemon is there to say so. */
async function findProject(project: string, connect: Surroundings['connect']): Promise<string | undefined> {
  try {
    const client = await connect({ start: false });
    return (await client.call('status', { query: { project } })).projects[0]?.path;
  } catch (error) {
    if (!isOrcError(error, 'ORC_CONTRACTS_DAEMON_ABSENT')) throw error;
    return undefined;
  }
}

const install: Command = {
  path: 'hooks install',
  summary: "Add orc's hooks to a project's Claude Code settings, beside your own",
  options,
  examples: [['orc hooks install --project .', 'sessions that you start there can then take part']],
  async run(args, surroundings) {
    const { buildSettings, installHooksFile } = await loadInstaller();
    const path = await settingsPath(args, surroundings);
    const hook = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', 'hooks', 'dist', 'hook.cjs');
    if (!existsSync(hook)) throw errors.notBuilt(hook);
    const ours = buildSettings({
      hookCommand: { command: '/usr/bin/env', args: ['-u', 'NODE_EXTRA_CA_CERTS', process.execPath, hook] },
      waiter: null,
      clientVersion: await findClientVersion(surroundings.directory),
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
  async run(args, surroundings) {
    const { uninstallHooksFile } = await loadInstaller();
    const path = await settingsPath(args, surroundings);
    const change = uninstallHooksFile(path);
    return { json: change, text: change.changed ? `removed from ${path}` : `${path} has none of them` };
  },
};

const status: Command = {
  path: 'hooks status',
  summary: "Say whether a project's settings have orc's hooks",
  options,
  examples: [['orc hooks status --project .', 'installed or not']],
  async run(args, surroundings) {
    const { hooksFileStatus } = await loadInstaller();
    const path = await settingsPath(args, surroundings);
    const found = hooksFileStatus(path);
    return { json: { path, ...found }, text: [`${path}: ${found.state}`, ...found.events].join(' ') };
  },
};

export const hookCommands: readonly Command[] = [install, uninstall, status];
