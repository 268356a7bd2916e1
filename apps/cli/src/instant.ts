const MINUTES = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
} as const;

/** A moment as a person's own clock shows it: `2026-11-24 11:42`. `zone` is that of the machine by default. */
export function formatInstant(at: number, zone?: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...MINUTES,
    hourCycle: 'h23',
    ...(zone !== undefined && { timeZone: zone }),
  });
  return format.format(at).replace(', ', ' ');
}
