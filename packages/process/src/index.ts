export { errors } from './errors.ts';
export { run, type RunOptions, type RunResult } from './run.ts';
export { runOrThrow } from './run.ts';
export { findIdentity, isRunning, listDescendants, signalProcess, type ProcessIdentity } from './identity.ts';
export { createUsageMeter, type TreeUsage, type UsageMeter } from './usage.ts';
export { findByEnvironment, type FoundProcess } from './search.ts';
export { readMachine, type MachineOptions, type MachineReading } from './machine.ts';
