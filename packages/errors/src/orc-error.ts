/** Every code reads `ORC_<PACKAGE>_<WHAT>`, is permanent, and means one thing only. */
export type OrcErrorCode = `ORC_${string}`;

/**
 * An expected failure. The message says what happened and what to do about it; `details` is data for
 * tests and logs. Anything else that is thrown is a bug.
 */
export class OrcError<
  Code extends OrcErrorCode = OrcErrorCode,
  Details extends object = object,
> extends Error {
  override readonly name: string = 'OrcError';
  readonly code: Code;
  readonly details: Readonly<Details>;

  constructor(code: Code, message: string, details: Details, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/**
 * True for an `OrcError` of any loaded copy of this package, optionally with exactly this code.
 * Looks at the code and never only at the class: two bundles have two classes.
 */
export function isOrcError(value: unknown, code?: string): value is OrcError {
  if (!(value instanceof Error) || !('code' in value) || typeof value.code !== 'string') return false;
  return code === undefined ? value.code.startsWith('ORC_') : value.code === code;
}

/** True for an error of the operating system with this code, such as `ENOENT`. */
export function isErrno(value: unknown, code: string): value is NodeJS.ErrnoException {
  return value instanceof Error && 'code' in value && value.code === code;
}

/** One line for a log: the code where there is one, and the message; never throws, whatever was thrown. */
export function describeError(value: unknown): string {
  return textOf(value).replaceAll(/\s*[\r\n]+\s*/g, ' ');
}

function textOf(value: unknown): string {
  if (isOrcError(value)) return `${value.code}: ${value.message}`;
  if (value instanceof Error) return value.message;
  try {
    return String(value);
  } catch {
    return 'an object that has no text';
  }
}
