import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { seedConfig } from './client-config.ts';
import { detectProgram } from './detection.ts';
import { agentEnvironment, type EnvironmentOptions } from './environment.ts';
import { buildLaunch } from './launch.ts';
import type { AgentRuntime } from './types.ts';

export interface RuntimeOptions extends EnvironmentOptions {
  /** Program and first arguments, such as `['claude']`; executed exactly so, never by a shell. */
  readonly command: readonly string[];
  /** Where the client keeps its things. Default: what the environment says, and then `.claude` of the home directory. */
  readonly configDirectory?: string;
  /** Whether the agents run as root, for whom the client refuses some things. Default: whether this process does. */
  readonly isRoot?: boolean;
}

export interface ClaudeRuntimeOptions extends RuntimeOptions {
  /**
   * Whether agents keep the client's own ways to talk to other sessions, which go around orc's ledger: its
   * messaging tools and its teams. Default `off`.
   */
  readonly ownMessaging?: 'on' | 'off';
}

const MESSAGING_TOOLS = ['SendMessage', 'ListAgents'];
const TEAMS_SWITCH = 'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS';
const CLAUDE_TITLE = 'Claude Code';
const CLAUDE_WAYS_ON =
  'Install it with "npm install --global @anthropic-ai/claude-code", or try orc without it: "--runtime sim" runs simulated agents.';
const SIM_WAYS_ON = 'Install orc anew, or run real agents with "--runtime claude".';

/** Runs agents with Claude Code. */
export function createClaudeRuntime(options: ClaudeRuntimeOptions): AgentRuntime {
  const isMessagingOn = options.ownMessaging === 'on';
  const teams = options.environment[TEAMS_SWITCH];
  const environment: Record<string, string> = {
    // A team whose clients update themselves would run several versions at once, and in the middle of work.
    DISABLE_AUTOUPDATER: '1',
    ...environmentOf(options),
    ...(isMessagingOn && teams !== undefined && { [TEAMS_SWITCH]: teams }),
  };
  const configDirectory = environment['CLAUDE_CONFIG_DIR'];
  const configPath = join(configDirectory ?? options.homeDirectory, '.claude.json');
  return {
    ...commonOf(options, environment),
    name: 'claude',
    title: CLAUDE_TITLE,
    isSimulation: false,
    detect: () =>
      detectProgram({
        title: CLAUDE_TITLE,
        command: options.command,
        env: environment,
        waysOn: CLAUDE_WAYS_ON,
      }),
    prepare: ({ directories, apiKey = environment['ANTHROPIC_API_KEY'] }) =>
      seedConfig(configPath, {
        directories: directories.map(realDirectory),
        apiKey: apiKey === '' ? undefined : apiKey,
      }),
    launch: (request) =>
      buildLaunch(
        { ...launchOptionsOf(options, environment), withheldTools: isMessagingOn ? [] : MESSAGING_TOOLS },
        request,
      ),
  };
}

/** Runs agents with the simulation: same arguments, same hooks, no model and nothing to prepare. */
export function createSimRuntime(options: RuntimeOptions): AgentRuntime {
  const environment = environmentOf(options);
  const title = 'The simulated agent';
  return {
    ...commonOf(options, environment),
    name: 'sim',
    title,
    isSimulation: true,
    detect: () => detectProgram({ title, command: options.command, env: environment, waysOn: SIM_WAYS_ON }),
    prepare: () => Promise.resolve({ changed: false, notes: [] }),
    launch: (request) =>
      buildLaunch({ ...launchOptionsOf(options, environment), withheldTools: [] }, request),
  };
}

function environmentOf(options: RuntimeOptions): Record<string, string> {
  const environment = agentEnvironment(options);
  if (options.configDirectory !== undefined) environment['CLAUDE_CONFIG_DIR'] = options.configDirectory;
  return environment;
}

function commonOf({ homeDirectory }: RuntimeOptions, environment: Readonly<Record<string, string>>) {
  return { configDirectory: environment['CLAUDE_CONFIG_DIR'] ?? join(homeDirectory, '.claude') };
}

function launchOptionsOf(options: RuntimeOptions, environment: Readonly<Record<string, string>>) {
  return { command: options.command, environment, isRoot: options.isRoot ?? process.getuid?.() === 0 };
}

/** The client looks a directory up by its real path. One that is not there yet is taken as it is named. */
function realDirectory(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
