export { onTeardown } from './teardown.ts';
export { makeGitRepository, type GitRepository } from './git.ts';
export { startProgram, type Program, type ProgramEnd } from './program.ts';
export { makeTempDirectory } from './temp-directory.ts';
export { endTmuxServer, makeTmuxSocket } from './tmux.ts';
export { openTerminal, type Terminal } from './terminal.ts';
export { waitUntil } from './wait-until.ts';
