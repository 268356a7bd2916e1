import { getSystemErrorMap } from 'node:util';

/** The operating system's reason in words, such as `no space left on device`; `undefined` for every other error. */
export function systemReason(error: unknown): string | undefined {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : undefined;
  return errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
}
