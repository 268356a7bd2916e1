import { errors } from './errors.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `10m`, `2h`, `1d` in milliseconds. @throws ORC_CLI_NOT_A_DURATION */
export function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) throw errors.notADuration(text);
  return Math.round(Number(amount) * factor);
}

/** A point in time: so long ago (`30m`), or a date that JavaScript reads. @throws ORC_CLI_NOT_A_DURATION */
export function readSince(text: string): number {
  const date = Date.parse(text);
  return /^\d{4}-/.test(text) && !Number.isNaN(date) ? date : Date.now() - parseDuration(text);
}

/** The largest whole unit: `4s`, `12m`, `3h`, `2d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)}s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}m`;
  return ms < 86_400_000 ? `${Math.floor(ms / 3_600_000)}h` : `${Math.floor(ms / 86_400_000)}d`;
}
