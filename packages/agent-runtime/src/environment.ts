export type Environment = Readonly<Record<string, string | undefined>>;

const PASSED = new Set([
  'HOME',
  'PATH',
  'LANG',
  'USER',
  'LOGNAME',
  'SHELL',
  'TZ',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'IS_SANDBOX',
  'CLAUDE_CONFIG_DIR',
  // Whoever told the client to be quiet told the agents' clients too.
  'DISABLE_AUTOUPDATER',
  'DISABLE_TELEMETRY',
  'DISABLE_ERROR_REPORTING',
  'DO_NOT_TRACK',
]);
const PASSED_PREFIXES = ['LC_', 'XDG_', 'GIT_', 'ANTHROPIC_', 'CLAUDE_CODE_'];
const PASSED_SUFFIXES = ['_PROXY', '_proxy'];

// They describe one session of the client, or one repository: for another one they are false. An agent that
// is started from within an agent, or from a git hook, would take itself for the one that started it.
const KEPT_BACK = new Set([
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_SIMPLE',
  'CLAUDE_CODE_SAFE_MODE',
  'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_INDEX_VERSION',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_CONFIG_PARAMETERS',
]);
const KEPT_BACK_PREFIXES = ['CLAUDE_CODE_MESSAGING_', 'CLAUDE_CODE_BRIDGE_', 'CLAUDE_CODE_HOST_SESSION'];

const PATH_DEFAULT = '/usr/local/bin:/usr/bin:/bin';

export interface EnvironmentOptions {
  /** What the caller itself was started with. */
  readonly environment: Environment;
  readonly homeDirectory: string;
  /** Names, or beginnings of names that end with `*`, that are passed on as well. */
  readonly passThrough?: readonly string[];
  /** Directories that come first on the agent's PATH. */
  readonly pathFirst?: readonly string[];
}

/**
 * The environment of an agent: what a whitelist lets through, and nothing that belongs to the session, the
 * terminal or the repository of whoever starts it. `ORC_*` is not passed on either; it is set per agent.
 */
export function agentEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { environment, homeDirectory, passThrough = [], pathFirst = [] } = options;
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isPassed(entry[0], passThrough),
  );
  const result: Record<string, string> = Object.fromEntries(entries);
  result['HOME'] = homeDirectory;
  const known = (result['PATH'] ?? PATH_DEFAULT).split(':').filter((each) => !pathFirst.includes(each));
  result['PATH'] = [...pathFirst, ...known].join(':');
  return result;
}

function isPassed(name: string, passThrough: readonly string[]): boolean {
  if (passThrough.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each)))
    return true;
  if (KEPT_BACK.has(name) || KEPT_BACK_PREFIXES.some((prefix) => name.startsWith(prefix))) return false;
  return (
    PASSED.has(name) ||
    PASSED_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
    PASSED_SUFFIXES.some((suffix) => name.endsWith(suffix))
  );
}
