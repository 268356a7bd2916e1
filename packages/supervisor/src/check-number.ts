import { errors } from './errors.ts';

/** A time that is no number would slip through every comparison, and with it every limit. */
export function checkNumber(name: string, value: number, max = Number.MAX_SAFE_INTEGER): void {
  if (!(value >= 0 && value <= max)) throw errors.badInput(name, value, `a number from 0 to ${max}`);
}
