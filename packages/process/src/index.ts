export { errors } from './errors.ts';
export { run, type RunOptions, type RunResult } from './run.ts';
export { runOrThrow } from './run.ts';
export { findIdentity, isRunning, listDescendants, signalProcess, type ProcessIdentity } from './identity.ts';
