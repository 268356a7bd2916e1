import { OrcError } from '@orc/errors';

/** Texts that begin with "Error:" or "error:" are the real client's own words, so that a caller reads the same. */
export const errors = {
  unknownOption: (option: string) =>
    new OrcError('ORC_SIM_AGENT_UNKNOWN_OPTION', `error: unknown option '${option}' (or not simulated)`, {
      option,
    }),
  missingValue: (option: string) =>
    new OrcError('ORC_SIM_AGENT_MISSING_VALUE', `error: option '${option}' argument missing`, { option }),
  badChoice: (option: string, value: string, choices: readonly string[]) =>
    new OrcError(
      'ORC_SIM_AGENT_BAD_CHOICE',
      `error: option '${option}' argument '${value}' is invalid. Allowed choices are ${choices.join(', ')}.`,
      { option, value, choices },
    ),
  badSessionId: (sessionId: string) =>
    new OrcError('ORC_SIM_AGENT_BAD_SESSION_ID', 'Error: Invalid session ID. Must be a valid UUID.', {
      sessionId,
    }),
  sessionInUse: (sessionId: string) =>
    new OrcError('ORC_SIM_AGENT_SESSION_IN_USE', `Error: Session ID ${sessionId} is already in use.`, {
      sessionId,
    }),
  unknownSession: (sessionId: string) =>
    new OrcError('ORC_SIM_AGENT_UNKNOWN_SESSION', `No conversation found with session ID: ${sessionId}`, {
      sessionId,
    }),
  settingsNotFound: (path: string) =>
    new OrcError('ORC_SIM_AGENT_SETTINGS_NOT_FOUND', `Error: Settings file not found: ${path}`, { path }),
  bypassRefused: () =>
    new OrcError(
      'ORC_SIM_AGENT_BYPASS_REFUSED',
      '--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons',
      {},
    ),
  noPrompt: () =>
    new OrcError(
      'ORC_SIM_AGENT_NO_PROMPT',
      'Error: Input must be provided either through stdin or as a prompt argument when using --print',
      {},
    ),
  noTerminal: () =>
    new OrcError(
      'ORC_SIM_AGENT_NO_TERMINAL',
      'Error: This is no terminal. Start it in a tmux pane, or use -p PROMPT to print one answer.',
      {},
    ),
  badScenario: (path: string, problem: string) =>
    new OrcError('ORC_SIM_AGENT_BAD_SCENARIO', `The scenario ${path} cannot be played: ${problem}`, {
      path,
      problem,
    }),
} as const;
