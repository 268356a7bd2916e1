import { OrcError } from '@orc/errors';

export const errors = {
  badAgentId: (text: string) =>
    new OrcError(
      'ORC_CONTRACTS_BAD_AGENT_ID',
      `"${text}" is no agent id. An agent id reads project/role, such as shop/developer.`,
      { text },
    ),
  badTarget: (text: string) =>
    new OrcError(
      'ORC_CONTRACTS_BAD_TARGET',
      `"${text}" names nobody. Use a role (developer), an agent (shop/developer), user, or session:window[.pane].`,
      { text },
    ),
  daemonAbsent: (socketPath: string, cause: unknown) =>
    new OrcError(
      'ORC_CONTRACTS_DAEMON_ABSENT',
      `No daemon answers at ${socketPath}. Start it with "orc daemon start".`,
      { socketPath },
      { cause },
    ),
  connectionLost: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_CONTRACTS_CONNECTION_LOST',
      `The daemon ended while it was answering ${path}. Ask again; nothing that it confirmed is lost.`,
      { path },
      { cause },
    ),
  badAnswer: (path: string, status: number) =>
    new OrcError(
      'ORC_CONTRACTS_BAD_ANSWER',
      `The daemon answered ${path} with something that is no answer (HTTP ${status}). Are CLI and daemon of one version? Try "orc daemon restart".`,
      { path, status },
    ),
} as const;
