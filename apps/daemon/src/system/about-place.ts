import { systemReason } from '@orc/errors';
import { errors } from '../errors.ts';

/** What the system says of a place that somebody named is no bug: it is told as ORC_DAEMON_BAD_REQUEST. */
export function aboutPlace(path: string, error: unknown): unknown {
  const why = systemReason(error);
  return why === undefined ? error : errors.badRequest([`${path} cannot be written: ${why}`]);
}
