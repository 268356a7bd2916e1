import type { OrcError } from '@orc/errors';

export type PermissionMode = 'acceptEdits' | 'auto' | 'bypassPermissions' | 'dontAsk' | 'manual' | 'plan';

export type Detection =
  | { readonly isInstalled: true; readonly version: string }
  /** ORC_RUNTIME_NOT_INSTALLED or ORC_RUNTIME_BROKEN; its message names the ways on. */
  | { readonly isInstalled: false; readonly error: OrcError };

export interface Preparation {
  /** False when nothing was missing, and so nothing was written. */
  readonly changed: boolean;
  /** What could not be done, in words for the operator. */
  readonly notes: string[];
}

export interface LaunchRequest {
  readonly agentId: string;
  /** Absolute path of the settings that bring orc's hooks. */
  readonly settingsPath: string;
  /** The first prompt; none starts an idle session. It may begin with anything, and is never a shell's. */
  readonly prompt?: string;
  /** `bypassPermissions` is used when it stands here, and never otherwise. */
  readonly permissionMode: PermissionMode;
  /** Absolute path of a file of MCP servers that are there besides the user's. */
  readonly mcpConfigPath?: string;
  readonly model?: string;
  /** A session id, to continue that conversation. */
  readonly resumeSessionId?: string;
  /** Answers the prompt and ends, with a session of this id and without a screen. */
  readonly printOnce?: { readonly sessionId: string };
  /** Shown by the client. Default: the agent's id. */
  readonly name?: string;
  /** Set last, over everything else: `ORC_HOME`, `ORC_SOCKET`, `ORC_TOKEN_FILE` and what the operator adds. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface LaunchSpec {
  /** Program and arguments, to be executed exactly so and without a shell. */
  readonly argv: string[];
  /** The whole environment, not additions to one. */
  readonly env: Record<string, string>;
  /** What the operator should know about this launch. */
  readonly warnings: string[];
}

/** A program that an agent can run: how to find it, prepare for it and start it. */
export interface AgentRuntime {
  readonly name: 'claude' | 'sim';
  readonly title: string;
  /** True when no model is behind it; whoever shows such an agent must say so. */
  readonly isSimulation: boolean;
  /** Where its session records and transcripts are. */
  readonly configDirectory: string;
  /** Looks for the program, for at most ten seconds. */
  detect(): Promise<Detection>;
  /**
   * Makes sure that no first-run dialog comes between an agent and its briefing. `directories` are the roots
   * of worktrees: trust in a directory around a repository does not reach into it. Without `apiKey`, the
   * one of the agents' environment is meant.
   *
   * @throws ORC_RUNTIME_CONFIG_BROKEN, ORC_RUNTIME_CONFIG_BUSY, ORC_RUNTIME_CONFIG_LOST, ORC_RUNTIME_CONFIG_UNWRITABLE
   */
  prepare(input: { readonly directories: readonly string[]; readonly apiKey?: string }): Promise<Preparation>;
  /**
   * Says how to start an agent. Starts nothing.
   *
   * @throws ORC_RUNTIME_BAD_LAUNCH, ORC_RUNTIME_BYPASS_REFUSED
   */
  launch(request: LaunchRequest): LaunchSpec;
}
