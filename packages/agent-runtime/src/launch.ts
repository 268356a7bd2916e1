import { isAbsolute } from 'node:path';
import { errors } from './errors.ts';
import type { LaunchRequest, LaunchSpec } from './types.ts';

export interface LaunchOptions {
  /** Program and first arguments, such as `['claude']`. */
  readonly command: readonly string[];
  /** What an agent's environment is before the request adds to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Tools of the client that the agents do not get. */
  readonly withheldTools: readonly string[];
  readonly isRoot: boolean;
}

const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// The kernel takes 131 071 bytes for one argument.
const ARGUMENT_BYTES_MAX = 120_000;

/** Builds the command line. Options that take lists come first, and the prompt behind `--`: nothing is taken for something else. */
export function buildLaunch(options: LaunchOptions, request: LaunchRequest): LaunchSpec {
  const { agentId, settingsPath, permissionMode, mcpConfigPath, model, resumeSessionId, printOnce, prompt } =
    request;
  const env: Record<string, string> = { ...options.environment, ORC_AGENT: agentId, ...request.environment };
  refuseBadLaunch(request, env);
  const isBypass = permissionMode === 'bypassPermissions';
  if (isBypass && options.isRoot && env['IS_SANDBOX'] !== '1') throw errors.bypassRefused(agentId);
  const argv = [
    ...options.command,
    ...(mcpConfigPath === undefined ? [] : ['--mcp-config', mcpConfigPath]),
    ...(options.withheldTools.length === 0 ? [] : ['--disallowedTools', options.withheldTools.join(',')]),
    '--settings',
    settingsPath,
    '--permission-mode',
    permissionMode,
    '--name',
    request.name ?? agentId,
    ...(model === undefined ? [] : ['--model', model]),
    ...(printOnce === undefined ? [] : ['-p', '--session-id', printOnce.sessionId]),
    ...(resumeSessionId === undefined ? [] : ['--resume', resumeSessionId]),
    ...(prompt === undefined ? [] : ['--', prompt]),
  ];
  refuseBadArguments(agentId, argv, env);
  return {
    argv,
    env,
    warnings: isBypass ? [`${agentId} runs every command without asking. Do this in a sandbox only.`] : [],
  };
}

function refuseBadLaunch(request: LaunchRequest, env: Readonly<Record<string, string>>): void {
  const { agentId, settingsPath, mcpConfigPath, resumeSessionId, printOnce, prompt } = request;
  const refuse = (problem: string) => {
    throw errors.badLaunch(agentId, problem);
  };
  // The client starts in a worktree: a relative path would be looked up there.
  if (!isAbsolute(settingsPath)) refuse(`"${settingsPath}" is no absolute path`);
  if (mcpConfigPath !== undefined && !isAbsolute(mcpConfigPath))
    refuse(`"${mcpConfigPath}" is no absolute path`);
  for (const id of [resumeSessionId, printOnce?.sessionId])
    if (id !== undefined && !SESSION_ID.test(id)) refuse(`"${id}" is no session id`);
  if (printOnce !== undefined && prompt === undefined) refuse('without a prompt there is nothing to answer');
  if (prompt?.trim() === '') refuse('its prompt is empty');
  if (env['ORC_AGENT'] !== agentId) refuse('its environment names another agent');
}

function refuseBadArguments(
  agentId: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): void {
  const texts = [...argv, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  if (texts.some((text) => text.includes('\0')))
    throw errors.badLaunch(agentId, 'an argument holds a NUL character');
  const longest = Math.max(...texts.map((text) => Buffer.byteLength(text)));
  if (longest > ARGUMENT_BYTES_MAX)
    throw errors.badLaunch(
      agentId,
      `an argument has ${longest} bytes, and ${ARGUMENT_BYTES_MAX} is the most`,
    );
}
