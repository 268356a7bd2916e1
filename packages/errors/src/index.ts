export { describeError, isErrno, isOrcError, OrcError } from './orc-error.ts';
export { systemReason } from './system-reason.ts';
