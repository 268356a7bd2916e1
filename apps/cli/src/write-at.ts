import { systemReason } from '@orc/errors';
import { errors } from './errors.ts';

/** Does what writes to a place that a person named. @throws ORC_CLI_NOT_WRITABLE with the system's reason */
export function writeAt<Value>(path: string, write: () => Value): Value {
  try {
    return write();
  } catch (error) {
    const why = systemReason(error);
    throw why === undefined ? error : errors.notWritable(path, why, error);
  }
}
