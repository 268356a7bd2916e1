export { describeError, isErrno, isOrcError, OrcError } from './orc-error.ts';
