/** The version of the client whose behaviour is imitated. */
export const clientVersion = '2.1.329';

/** Stands on the first row of every screen and in `--version`, so that nobody takes this for the real client. */
export const simulationLabel = 'SIMULATION of Claude Code, no model';
